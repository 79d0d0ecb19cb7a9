-- columns: table_id, table_name, entries, first_entry, last_entry, is_odd
-- The tables with entries that are to be undone: see the macro; whether a key may be written in two ways, see
-- row/exact.h.
select t.table_id, t.table_name, count(*) as entries, min(e.entry_id) as first_entry, max(e.entry_id) as last_entry,
	sum(case when e.row_key like '%_"text": "%' then 1 else 0 end) > 0 as is_odd
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
join {.audited_table} as t on t.table_id = s.table_id
where {undone:e}
group by t.table_id, t.table_name
order by t.table_id
