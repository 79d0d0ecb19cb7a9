-- columns: relid, mode, filenode
-- Locks this session holds on relations, strongest first; filenode is null for a
-- dropped relation.
select l.relation::bigint as relid, l.mode, c.relfilenode::bigint as filenode
from pg_catalog.pg_locks as l
left join pg_catalog.pg_class as c on c.oid = l.relation
where l.locktype = 'relation' and l.pid = pg_catalog.pg_backend_pid() and l.granted
	and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
	and l.relation >= 16384
order by l.relation, pg_catalog.array_position(
	array['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock',
		'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode)
