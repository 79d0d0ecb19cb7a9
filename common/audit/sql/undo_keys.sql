-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The last entry that is to be undone, see the macro, of each row of table $6 with the columns of a time, the newest
-- first, without its values.  Of the rows whose key has changed since entry $7, if $8, or of the others; null: of all.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, '{}' as changed
from (select e.row_key, e.shape_id, max(e.entry_id) as entry_id
	from {.audit_entry} as e
	-- + 0, so that SQLite finds the entries by their numbers
	where {undone:e} and e.shape_id + 0 in (select s.shape_id from {.audit_shape} as s where s.table_id = $6)
	group by e.row_key, e.shape_id) as g
join {.audit_entry} as e on e.entry_id = g.entry_id
join {.audit_shape} as s on s.shape_id = e.shape_id
left join (
	select m.row_key
	from {.audit_shape} as s
	cross join {.audit_entry} as m
	where s.table_id = $6 and m.shape_id = s.shape_id and m.moved_to is not null and m.entry_id >= $7
	union
	select m.moved_to
	from {.audit_shape} as s
	cross join {.audit_entry} as m
	where s.table_id = $6 and m.shape_id = s.shape_id and m.moved_to is not null and m.entry_id >= $7
) as m on m.row_key = g.row_key
where coalesce((m.row_key is not null) = $8, true)
order by g.entry_id desc
