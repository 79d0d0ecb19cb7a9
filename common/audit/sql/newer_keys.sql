-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The last change after $2 of each key that rows of table $1 had, as it was written with the names of a time, without the
-- action and the values.
select g.entry_id, g.shape_id, s.columns, '' as action, g.row_key, '{}' as changed
from (select e.shape_id, e.row_key, max(e.entry_id) as entry_id
	from {.audit_shape} as h
	join {.audit_entry} as e on e.shape_id = h.shape_id
	where h.table_id = $1 and e.action in ('insert', 'update', 'delete')
		and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
	group by e.shape_id, e.row_key) as g
join {.audit_shape} as s on s.shape_id = g.shape_id
order by g.entry_id
