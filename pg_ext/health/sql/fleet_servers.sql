-- columns: server, is_shard, obstacle, trusted, connection, connect_timeout
-- The foreign servers that the caller may use, or the one named $1: those of dblink
-- and postgres_fdw, identified by the extension, not by name.  A server with
-- foreign tables is a shard.  A server is trusted if its owner is the caller, a
-- superuser or the owner of dbcare; options of other owners could load a
-- library, or make libpq read a local file or send its contents, such as a
-- password.  dblink connects with the options as they are here, since they may
-- change meanwhile, and with a time limit if there is none; they start with an
-- unpredictable word, so that they cannot be the name of a server.  To a trusted
-- server it connects by name if the caller may not see all options, or if one is
-- not known here.
with server as (
	select s.oid, cast(s.srvname as text) as name, s.srvowner, s.srvoptions,
		s.srvowner in (r.oid, (select x.extowner from pg_catalog.pg_extension as x where x.extname = 'dbcare'))
			or coalesce((select o.rolsuper from pg_catalog.pg_roles as o where o.oid = s.srvowner), false) as trusted
	from pg_catalog.pg_foreign_server as s
	join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
		and d.objid = s.srvfdw and d.deptype = 'e'
		and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
	join pg_catalog.pg_extension as e on e.oid = d.refobjid and e.extname in ('dblink', 'postgres_fdw')
	join pg_catalog.pg_roles as r on r.rolname = current_user
	where cast($1 as text) is null or s.srvname = cast($1 as text)
), mapped as (
	select server.*, m.umid, m.umoptions,
		m.umuser = 0 and not pg_catalog.pg_has_role(server.srvowner, 'USAGE') as is_hidden
	from server
	left join lateral (select m.umid, m.umoptions, m.umuser
		from pg_catalog.pg_user_mappings as m
		where m.srvid = server.oid and (m.umuser = 0 or m.usename = current_user)
		order by m.umuser desc
		limit 1) as m on true
), setting as (
	select mapped.oid, o.option_name as name, o.option_value as value,
		o.option_name in ('host', 'hostaddr', 'port', 'dbname', 'user', 'password', 'connect_timeout',
			'application_name', 'sslmode', 'target_session_attrs', 'keepalives', 'keepalives_idle',
			'keepalives_interval', 'keepalives_count', 'tcp_user_timeout') as connects,
		-- postgres_fdw does not pass them to libpq
		o.option_name in ('use_remote_estimate', 'fdw_startup_cost', 'fdw_tuple_cost', 'extensions', 'updatable',
			'truncatable', 'fetch_size', 'batch_size', 'async_capable', 'keep_connections', 'password_required',
			'parallel_commit', 'parallel_abort', 'analyze_sampling') as is_local
	from mapped
	cross join lateral (select * from pg_catalog.pg_options_to_table(mapped.srvoptions)
		union all
		select * from pg_catalog.pg_options_to_table(mapped.umoptions)
		union all
		select 'connect_timeout', '5'
		where not exists (select from pg_catalog.pg_options_to_table(mapped.srvoptions) as t
			where t.option_name = 'connect_timeout')) as o
), told as (
	select setting.oid, pg_catalog.min(setting.value) filter (where setting.name = 'connect_timeout') as connect_timeout,
		pg_catalog.min(setting.name) filter (where not setting.connects and not setting.is_local) as refused,
		coalesce(pg_catalog.bool_or(setting.name = 'password' and setting.value <> ''), false) as has_password,
		pg_catalog.format('application_name=dbcare-%s ', pg_catalog.gen_random_uuid())
			|| coalesce(pg_catalog.string_agg(pg_catalog.format('%s=''%s''', setting.name,
				pg_catalog.replace(pg_catalog.replace(setting.value, '\', '\\'), '''', '\''')), ' ')
				filter (where setting.connects), '') as connection
	from setting
	group by setting.oid
)
select mapped.name as server,
	exists (select from pg_catalog.pg_foreign_table as t where t.ftserver = mapped.oid) as is_shard,
	case when not pg_catalog.has_server_privilege(mapped.oid, 'USAGE')
			then pg_catalog.format('permission denied for foreign server %I', mapped.name)
		when mapped.umid is null
			then pg_catalog.format('user mapping not found for %I', current_user)
		when mapped.trusted then null
		when told.refused is not null
			then pg_catalog.format('foreign server %I belongs to role "%s": its option "%s" is refused', mapped.name,
				pg_catalog.pg_get_userbyid(mapped.srvowner), told.refused)
		when told.has_password is not true
			then pg_catalog.format('foreign server %I belongs to role "%s": the user mapping must have a password', mapped.name,
				pg_catalog.pg_get_userbyid(mapped.srvowner)) end as obstacle,
	mapped.trusted,
	case when mapped.trusted and (mapped.is_hidden or told.refused is not null) then mapped.name
		else told.connection end as connection,
	told.connect_timeout
from mapped
left join told on told.oid = mapped.oid
order by mapped.name
