-- columns: entry_id, logged_at, actor, user_name, role_name, application, address, table_name, row_key, action, changed, transaction_id, leaf
-- The entries of the row with key $2 of table $1, the newest first.  $3: the key as
-- triggers in plain SQL write it.
select e.entry_id, {iso:e.logged_at} as logged_at, coalesce(nullif(c.actor, ''), nullif(c.user_name, '')) as actor,
	nullif(c.user_name, '') as user_name, nullif(c.role_name, '') as role_name,
	nullif(c.application, '') as application, nullif(c.address, '') as address, t.table_name, e.row_key, e.action,
	e.changed, e.transaction_id, {leaf_of:e.entry_id} as leaf
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
join {.audited_table} as t on t.table_id = s.table_id
left join {.audit_context} as c on c.context_id = e.context_id
where s.table_id = $1 and ({entry_of:$2}{postgresql: and cast($3 as text) is not null}{sqlite: or e.row_key = $3})
order by e.entry_id desc
