-- columns: role, may_log_in, may_run_programs, owner, is_trusted
-- What the current role may do, and whether the owner of dbcare's tables may act
-- as that role.
select pg_catalog.quote_ident(r.rolname) as role, r.rolcanlogin as may_log_in,
	pg_catalog.pg_has_role(r.oid, 'pg_execute_server_program', 'usage') as may_run_programs,
	pg_catalog.quote_ident(o.rolname) as owner,
	-- since 16 not every member may become the role
	o.rolsuper or pg_catalog.pg_has_role(o.oid, r.oid, case
		when cast(pg_catalog.current_setting('server_version_num') as pg_catalog.int4) >= 160000 then 'set'
		else 'member' end) as is_trusted
from pg_catalog.pg_namespace as n
join pg_catalog.pg_roles as o on o.oid = n.nspowner
cross join pg_catalog.pg_roles as r
where n.nspname = 'dbcare' and r.rolname = current_user
