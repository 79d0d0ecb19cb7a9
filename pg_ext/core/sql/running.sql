-- The calls that show progress now: see the activity the host reports.
select a.pid::bigint, p.part[1], p.part[2], p.part[3]::bigint, p.part[4]::bigint, a.query_start
from pg_catalog.pg_stat_activity as a,
	lateral (select pg_catalog.regexp_match(a.query, '^dbcare: (\S+) (.*) (\d{1,18})/(\d{1,18})$') as part) as p
where a.datname = pg_catalog.current_database() and a.state = 'active' and p.part is not null
order by a.query_start, a.pid
