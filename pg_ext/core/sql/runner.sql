-- columns: pid, gid, detail
-- One other session that holds lock $1 of migration runners: its PID, or null
-- and the name of a prepared transaction; see core/lock.c.  A prepared
-- transaction has no process, but holds the lock on its transaction ID.  A session
-- without the extension has an advisory lock, which counts only if its user may
-- run migrations: anybody can acquire such a lock.
select l.pid::bigint as pid, p.gid, case when l.pid is null
	then pg_catalog.format('User "%s" prepared it at %s.', p.owner, p.prepared::pg_catalog.timestamptz(0))
	else pg_catalog.format('The session belongs to user "%s"%s since %s.', coalesce(a.usename, ''),
		coalesce(pg_catalog.format(', application "%s",', nullif(a.application_name, '')), ''),
		coalesce(a.query_start::pg_catalog.timestamptz(0)::text, '')) end as detail
from pg_catalog.pg_locks as l
left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
left join pg_catalog.pg_locks as t on l.pid is null and t.pid is null and t.locktype = 'transactionid'
	and t.virtualtransaction = l.virtualtransaction
left join pg_catalog.pg_prepared_xacts as p on p.transaction = t.transactionid
where l.locktype in ('object', 'advisory') and l.classid = 1684169571 and l.objid::bigint = $1
	and l.database = (select b.oid from pg_catalog.pg_database as b
		where b.datname = pg_catalog.current_database())
	and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
	and (l.pid is not null or p.gid is not null)
	and (l.locktype = 'object' or pg_catalog.pg_has_role(a.usesysid, (select coalesce(pg_catalog.min(s.nspowner::pg_catalog.text)::pg_catalog.oid, a.usesysid)
		from pg_catalog.pg_namespace as s where s.nspname = 'dbcare'), 'member'))
order by l.pid
limit 1
