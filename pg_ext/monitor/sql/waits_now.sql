-- columns: query, event_type, event, sessions
-- What the active sessions of this database do or wait for; a role without
-- pg_read_all_stats sees its own only.
select nullif(a.query, '') as query,
	coalesce(a.wait_event_type, '') as event_type,
	coalesce(a.wait_event, '') as event,
	pg_catalog.count(*) as sessions
from pg_catalog.pg_stat_activity as a
where a.datname = pg_catalog.current_database() and a.state in ('active', 'fastpath function call')
	and a.backend_type in ('client backend', 'parallel worker') and a.pid <> pg_catalog.pg_backend_pid()
group by a.query, a.wait_event_type, a.wait_event
order by a.query, a.wait_event_type, a.wait_event
