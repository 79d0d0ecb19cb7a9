-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of rows of table $1 after $2, the newest first.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
where s.table_id = $1 and e.action in ('insert', 'update', 'delete')
	and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
order by e.entry_id desc
