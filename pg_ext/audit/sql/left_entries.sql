-- columns: entry_id, transaction_id, next_transaction, logged_at, table_id, columns, noted_at, user_name, role_name, application, address, actor, action, row_key, moved_to, changed
-- The first $2 entries up to entry $1 that are in no seal.
select {audit_entry}
from dbcare.audit_entry as e
left join dbcare.audit_shape as s on s.shape_id = e.shape_id
left join dbcare.audit_context as c on c.context_id = e.context_id
where e.entry_id <= $1
	and not exists (select from dbcare.audit_seal as t
		cross join lateral pg_catalog.json_object_keys(cast(t.leaves as pg_catalog.json)) as k (entry)
		where cast(k.entry as bigint) = e.entry_id)
order by e.entry_id
limit $2
