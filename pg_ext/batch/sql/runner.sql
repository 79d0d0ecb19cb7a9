-- columns: pid
-- The other process that holds the lock of work with key $1; see core/lock.c.
select (select l.pid
	from pg_catalog.pg_locks as l
	where l.locktype in ('object', 'advisory') and l.classid = 1684169572 and l.objid::bigint = $1
		and l.database = (select b.oid from pg_catalog.pg_database as b
			where b.datname = pg_catalog.current_database())
		and l.granted and l.pid <> pg_catalog.pg_backend_pid()
	limit 1)::bigint
