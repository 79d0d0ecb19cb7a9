-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of the row with key $3 of table $1 after $2, the newest first.  $4: the
-- key as triggers in plain SQL write it.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
where s.table_id = $1 and e.action in ('insert', 'update', 'delete')
	and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
	and ({entry_of:$3}{postgresql: and cast($4 as text) is not null}{sqlite: or e.row_key = $4})
order by e.entry_id desc
