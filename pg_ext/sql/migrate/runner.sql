-- One session that keeps others from running migrations, and what is known of it;
-- see pg_runners.c.
select l.pid::bigint, pg_catalog.format('It is a session of user "%s"%s since %s.', coalesce(a.usename, ''),
	coalesce(pg_catalog.format(', application "%s",', nullif(a.application_name, '')), ''),
	coalesce(a.query_start::pg_catalog.timestamptz(0)::text, ''))
from pg_catalog.pg_locks as l
left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'advisory' and l.classid = 1684169571 and l.objid = 3 and l.objsubid = 2
	and l.database = (select b.oid from pg_catalog.pg_database as b
		where b.datname = pg_catalog.current_database())
	and l.granted and l.pid <> pg_catalog.pg_backend_pid()
order by l.pid
limit 1
