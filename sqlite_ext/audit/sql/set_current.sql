-- columns: none
-- Makes the context of actor $1, or none, that of the open transaction.
insert into main.dbcare_audit_current (current_id, context_id, transaction_id)
values (1, (select max(context_id) from main.dbcare_audit_context
	where actor = $1 and user_name = '' and role_name = '' and application = '' and address = ''),
	1 + coalesce((select seq from main.sqlite_sequence where name = 'dbcare_audit_entry'), 0))
on conflict (current_id) do update set context_id = excluded.context_id
