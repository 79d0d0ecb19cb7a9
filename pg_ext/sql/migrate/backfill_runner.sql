-- The key of the advisory lock of backfill $1, and the process that has it; see
-- pg_runners.c.
select k.key::bigint, (
	select l.pid
	from pg_catalog.pg_locks as l
	where l.locktype = 'advisory' and l.classid = 1684169572 and l.objsubid = 2
		and l.objid::bigint = k.key::bigint & 4294967295
		and l.database = (select b.oid from pg_catalog.pg_database as b
			where b.datname = pg_catalog.current_database())
		and l.granted and l.mode = 'ExclusiveLock'
	limit 1)::bigint
from (select pg_catalog.hashtext($1) as key) as k
