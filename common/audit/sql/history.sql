-- columns: entry_id, logged_at, actor, user_name, role_name, application, address, table_name, row_key, action, changed, transaction_id, shape_id, columns
-- The entries of rows with a key of list $2, of table $1, the newest first.
select e.entry_id, {iso:e.logged_at} as logged_at, coalesce(nullif(c.actor, ''), nullif(c.user_name, '')) as actor,
	nullif(c.user_name, '') as user_name, nullif(c.role_name, '') as role_name,
	nullif(c.application, '') as application, nullif(c.address, '') as address, t.table_name, e.row_key, e.action,
	e.changed, e.transaction_id, e.shape_id, s.columns
from {.audit_shape} as s
-- in this order, so that SQLite uses the index of keys
cross join {.audit_entry} as e
join {.audited_table} as t on t.table_id = s.table_id
left join {.audit_context} as c on c.context_id = e.context_id
where s.table_id = $1 and e.shape_id = s.shape_id and e.row_key in {listed:$2}
	{postgresql:and pg_catalog."left"(e.row_key, 200) = any (array(select pg_catalog."left"(l.value, 200) from pg_catalog.jsonb_array_elements_text(cast($2 as pg_catalog.jsonb)) as l (value)))}
order by e.entry_id desc
