-- columns: row_key, before, after
-- Roles that differ from what they were the last time; records what they are.
with options as (
	select m.member,
		pg_catalog.jsonb_object_agg(pg_catalog.pg_get_userbyid(m.roleid), m.options order by m.roleid) as member_of
	from (
		select a.member, a.roleid,
			pg_catalog.jsonb_agg(pg_catalog.to_jsonb(a) - array['oid', 'roleid', 'member', 'grantor'] order by a.grantor) as options
		from pg_catalog.pg_auth_members as a
		group by a.member, a.roleid
	) as m
	group by m.member
), present as (
	select r.rolname as name, cast(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
			'superuser', r.rolsuper, 'inherit', r.rolinherit, 'createrole', r.rolcreaterole, 'createdb', r.rolcreatedb,
			'login', r.rolcanlogin, 'replication', r.rolreplication, 'bypassrls', r.rolbypassrls,
			'connection_limit', r.rolconnlimit, 'valid_until', r.rolvaliduntil, 'member_of', o.member_of,
			'settings', (select pg_catalog.jsonb_object_agg(case when s.setdatabase = 0 then '' else d.datname end, s.setconfig)
				from pg_catalog.pg_db_role_setting as s
				left join pg_catalog.pg_database as d on d.oid = s.setdatabase
				where s.setrole = r.oid))) as text) as state
	from pg_catalog.pg_roles as r
	left join options as o on o.member = r.oid
	where r.rolname !~ '^pg_'
), changed as (
	select coalesce(p.name, k.role_name) as name, k.state as before, p.state as after
	from present as p
	full join dbcare.audit_role as k on k.role_name = p.name
	where p.state is distinct from k.state
), stored as (
	insert into dbcare.audit_role (role_name, state)
	select c.name, c.after from changed as c where c.after is not null
	on conflict (role_name) do update set state = excluded.state
), removed as (
	delete from dbcare.audit_role where role_name in (select c.name from changed as c where c.after is null)
)
select cast(pg_catalog.to_jsonb(c.name) as text) as row_key, c.before, c.after
from changed as c
order by c.name
