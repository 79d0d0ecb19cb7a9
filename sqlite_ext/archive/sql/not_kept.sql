-- columns: table_name
-- The tables from which the deletion of batch $1 may have deleted rows, or whose rows may
-- have lost their parents, without that these were kept: those that were there when it
-- ran, by their place in the schema, which VACUUM changes, and that had no trigger yet.
with deleted as materialized (
	select t.table_name, max(t.schema_row) as schema_row, min(t.trash_id) as first
	from main.dbcare_trash as t
	where {in_batch} and t.action = 'delete'
	group by t.table_name
)
select distinct r.shown as table_name
from deleted as d
cross join temp.dbcare_known as p on p.kind = 'table' and p.shown = d.table_name
cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(p.name) and r.action in ('CASCADE', 'SET NULL', 'SET DEFAULT')
cross join temp.dbcare_known as s on s.kind = 'table' and s.key = lower(r.tab) and s.place <= d.schema_row
where not exists (select 1 from main.dbcare_row_shape as w where w.table_name = r.shown and w.noted_after < d.first)
	and r.shown not in (select o.table_name from deleted as o)
order by 1
