-- columns: none
-- Adds the context of actor $1, unless there is one.
insert into main.dbcare_audit_context (user_name, role_name, application, address, actor)
select '', '', '', '', $1
where not exists (select 1 from main.dbcare_audit_context
	where actor = $1 and user_name = '' and role_name = '' and application = '' and address = '')
