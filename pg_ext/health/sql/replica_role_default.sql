-- columns: {finding}
-- session_replication_role, set for a role, for this database or for the whole
-- server: these sessions write without triggers and foreign keys.
with kept as (
	select r.rolname, d.datname, pg_catalog.split_part(item.text, '=', 2) as setting
	from pg_catalog.pg_db_role_setting as s
	cross join lateral pg_catalog.unnest(s.setconfig) as item (text)
	left join pg_catalog.pg_roles as r on r.oid = s.setrole
	left join pg_catalog.pg_database as d on d.oid = s.setdatabase
	where pg_catalog.split_part(item.text, '=', 1) = 'session_replication_role'
		and coalesce(d.datname, pg_catalog.current_database()) = pg_catalog.current_database()
), found as (
	select case when k.rolname is null then pg_catalog.format('database %I', k.datname)
			else pg_catalog.format('role %I', k.rolname) end as object,
		k.setting,
		case when k.rolname is not null then pg_catalog.format('ALTER ROLE %I%s RESET session_replication_role;',
				k.rolname, ' IN DATABASE ' || pg_catalog.quote_ident(k.datname))
			else pg_catalog.format('ALTER DATABASE %I RESET session_replication_role;', k.datname) end as fix_sql
	from kept as k
	union all
	select 'the server', s.setting, null
	from pg_catalog.pg_settings as s
	where s.name = 'session_replication_role' and s.source in ('configuration file', 'command line')
)
select 'critical' as severity,
	f.object,
	cast(null as double precision) as value,
	f.setting as detail,
	f.fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from found as f
where pg_catalog.lower(f.setting) <> 'origin'
order by f.object, f.fix_sql
