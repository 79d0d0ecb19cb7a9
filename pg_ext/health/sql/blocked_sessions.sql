-- columns: {finding}
-- Sessions of this database that wait for a lock, by the session at the end of
-- the chain that blocks them.  A blocker that waits itself is not listed, but
-- its blocker is.  A prepared transaction has no process, so its PID is 0.
-- Version 14 and later show the start of a wait to every role.
with recursive waiting as materialized (
	select l.pid, pg_catalog.min(coalesce(
			cast(pg_catalog.to_jsonb(l) ->> 'waitstart' as timestamp with time zone), a.query_start)) as since
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_stat_activity as a on a.pid = l.pid
	where not l.granted and a.datname = pg_catalog.current_database()
	group by l.pid
), edge as materialized (
	select w.pid, b.pid as blocker
	from waiting as w
	cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) as b (pid)
), path (pid, blocker) as (
	select e.pid, e.blocker
	from edge as e
	where e.blocker not in (select w.pid from waiting as w)
	union
	select e.pid, p.blocker
	from path as p
	join edge as e on e.blocker = p.pid
), root as (
	select p.blocker, pg_catalog.count(*) as sessions, not {sees_sessions} and pg_catalog.bool_or(w.since is null) as is_hidden,
		pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.min(w.since))) as seconds
	from path as p
	join waiting as w on w.pid = p.pid
	group by p.blocker
)
select case when r.is_hidden then 'unknown' end as severity,
	case when r.blocker = 0 then 'a prepared transaction'
		else pg_catalog.format('session %s of role %I', a.pid, a.usename) end as object,
	cast(r.seconds as double precision) as value,
	r.sessions || case r.sessions when 1 then ' session waits' else ' sessions wait' end
		|| case when a.pid is null then '' else pg_catalog.concat('; application ', coalesce(nullif(a.application_name, ''), 'unnamed'),
		', client ', coalesce(pg_catalog.host(a.client_addr), 'local'),
		'; query: ' || nullif(nullif(a.query, ''), '<insufficient privilege>')) end as detail,
	case when a.pid is not null then pg_catalog.format('SELECT pg_catalog.%s(%s);',
		case when a.state = 'active' then 'pg_cancel_backend' else 'pg_terminate_backend' end, a.pid) end as fix_sql,
	case when r.is_hidden then 'membership in pg_monitor is needed to see the waiting time' end as reason,
	cast(null as text) as probe
from root as r
left join pg_catalog.pg_stat_activity as a on a.pid = r.blocker
where (a.pid is not null or r.blocker = 0)
	and (r.is_hidden or r.seconds >= least(cast($1 as double precision), cast($2 as double precision)))
order by 2
