-- columns: {finding}
-- Transactions of client sessions on this database, from pg_stat_activity: for
-- an idle one the time it has been idle, for an active one the time since its
-- start.  Only pg_monitor sees other roles' sessions.
with open as (
	select a.pid, a.usename, a.state, a.application_name, a.client_addr, a.query,
		a.state like 'idle in transaction%' as idle,
		extract(epoch from pg_catalog.clock_timestamp() - a.xact_start) as seconds,
		extract(epoch from pg_catalog.clock_timestamp() - case
			when a.state like 'idle in transaction%' then a.state_change else a.xact_start end) as judged
	from pg_catalog.pg_stat_activity as a
	where a.datname = pg_catalog.current_database() and a.backend_type = 'client backend'
		and a.pid <> pg_catalog.pg_backend_pid() and a.xact_start is not null
), limited as (
	select o.*,
		coalesce(cast($1 as double precision), case when o.idle then 300 else 1800 end) as warning,
		coalesce(cast($2 as double precision), case when o.idle then 1800 else 7200 end) as critical
	from open as o
)
select case when l.judged >= l.critical then 'critical' else 'warning' end as severity,
	pg_catalog.format('session %s of role %I', l.pid, l.usename) as object,
	cast(pg_catalog.floor(l.seconds) as double precision) as value,
	pg_catalog.format('%s%s', l.state, case when l.idle
		then pg_catalog.format(' for %s s', pg_catalog.floor(l.judged)) end)
		|| pg_catalog.concat('; application ', coalesce(nullif(l.application_name, ''), 'unnamed'),
		', client ', coalesce(pg_catalog.host(l.client_addr), 'local'),
		'; query: ' || nullif(nullif(l.query, ''), '<insufficient privilege>')) as detail,
	pg_catalog.format('SELECT pg_catalog.pg_terminate_backend(%s);', l.pid) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from limited as l
where l.judged >= least(l.warning, l.critical)
union all
select 'unknown', 'sessions of other roles', null, null, null,
	'membership in pg_monitor is needed to see sessions of other roles', null
where not {sees_sessions} and exists (select from pg_catalog.pg_stat_activity as a
	where a.datname = pg_catalog.current_database()
		and a.usesysid is not null and a.backend_type is null)
order by 2
