-- columns: {finding}
-- Client sessions compared with the limits of the server (without reserved
-- connections), of each database and of each role.  A role that may not see the
-- type of a session counts too many rather than too few.
with session as (
	select a.datid, a.usesysid
	from pg_catalog.pg_stat_activity as a
	where a.usesysid is not null and coalesce(a.backend_type, 'client backend') = 'client backend'
), usage as (
	select 'the server' as object, (select pg_catalog.count(*) from session) as used,
		cast(pg_catalog.current_setting('max_connections') as integer)
			- cast(pg_catalog.current_setting('superuser_reserved_connections') as integer)
			- coalesce(cast(pg_catalog.current_setting('reserved_connections', true) as integer), 0) as available
	union all
	select pg_catalog.format('database %I', d.datname), pg_catalog.count(*), d.datconnlimit
	from pg_catalog.pg_database as d
	join session as s on s.datid = d.oid
	where d.datconnlimit > 0
	group by d.datname, d.datconnlimit
	union all
	select pg_catalog.format('role %I', r.rolname), pg_catalog.count(*), r.rolconnlimit
	from pg_catalog.pg_roles as r
	join session as s on s.usesysid = r.oid
	where r.rolconnlimit > 0
	group by r.rolname, r.rolconnlimit
), share as (
	select u.*, 100.0 * u.used / greatest(u.available, 1) as percent
	from usage as u
)
select cast(null as text) as severity,
	s.object,
	cast(s.percent as double precision) as value,
	pg_catalog.format('%s of %s', s.used, s.available) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from share as s
where s.percent >= least(cast($1 as double precision), cast($2 as double precision))
order by 2
