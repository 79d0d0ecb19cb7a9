-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes after $2 that gave rows of table $1 other keys.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_shape} as s
join {.audit_entry} as e on e.shape_id = s.shape_id
where s.table_id = $1 and e.moved_to is not null and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
order by e.entry_id desc
