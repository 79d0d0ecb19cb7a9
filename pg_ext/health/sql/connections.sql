-- columns: database_name, user_name, state, connections, oldest_seconds, waiting, connection_limit
-- Client sessions by database, role and state.  A role without
-- pg_read_all_stats sees neither the state of other roles' sessions nor their
-- type.
with session as (
	select a.datname, a.usename, a.state, a.wait_event_type,
		pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.state_change) as seconds
	from pg_catalog.pg_stat_activity as a
	where a.usesysid is not null and coalesce(a.backend_type, 'client backend') = 'client backend'
)
select cast(s.datname as text) as database_name,
	cast(s.usename as text) as user_name,
	s.state,
	pg_catalog.count(*) as connections,
	greatest(pg_catalog.max(s.seconds), 0) as oldest_seconds,
	pg_catalog.count(*) filter (where s.wait_event_type = 'Lock') as waiting,
	cast(pg_catalog.current_setting('max_connections') as bigint)
		- cast(pg_catalog.current_setting('superuser_reserved_connections') as bigint)
		- coalesce(cast(pg_catalog.current_setting('reserved_connections', true) as bigint), 0)
		as connection_limit
from session as s
group by s.datname, s.usename, s.state
order by connections desc, s.datname, s.usename, s.state
