-- columns: entry_id
-- Logs an act $5 on table $1 and the row with key $2, unless that is null; $3: its
-- details; $4: the role.
with context as (
	insert into dbcare.audit_context (context_id, user_name, role_name, application, address, actor)
	values ({next:audit_context_context_id_seq}, session_user, $4, coalesce(pg_catalog.current_setting('application_name'), ''),
		coalesce(pg_catalog.host(pg_catalog.inet_client_addr()), ''), coalesce(pg_catalog.current_setting('dbcare.actor', true), ''))
	returning context_id
)
insert into dbcare.audit_entry (entry_id, transaction_id, next_transaction, logged_at, shape_id, context_id, action, row_key, changed)
select {next:audit_entry_entry_id_seq}, cast(cast(pg_catalog.pg_current_xact_id() as text) as bigint),
	cast(cast(pg_catalog.pg_current_xact_id() as text) as bigint) + 1, pg_catalog.clock_timestamp(),
	(select pg_catalog.max(s.shape_id) from dbcare.audit_shape as s where s.table_id = $1), context_id, $5, $2, $3
from context
returning entry_id
