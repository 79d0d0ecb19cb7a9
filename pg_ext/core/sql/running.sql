-- columns: pid, function_name, phase, done, total, started_at
-- The running calls, from the activity that the host reports.
select a.pid::bigint as pid, p.part[1] as function_name, p.part[2] as phase, p.part[3]::bigint as done, p.part[4]::bigint as total, a.query_start as started_at
from pg_catalog.pg_stat_activity as a,
	lateral (select pg_catalog.regexp_match(a.query, '^dbcare: (\S+) (.*) (\d{1,18})/(\d{1,18})$') as part) as p
where a.datname = pg_catalog.current_database() and a.state = 'active' and p.part is not null
order by a.query_start, a.pid
