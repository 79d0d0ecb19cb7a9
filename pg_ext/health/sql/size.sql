-- columns: part, bytes
-- Bytes on disk: of the database, of user tables with their TOAST, of their
-- indexes, and the rest, mostly the catalog.  WAL belongs to the whole server;
-- only pg_monitor may list it, and since a static statement cannot name a
-- function that the role may not call, ts_stat() takes it as text.  If another
-- session holds a conflicting lock, the size of a table is that of the catalog.
with locked as (
	select coalesce(i.indrelid, l.relation) as relid
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	left join pg_catalog.pg_index as i on i.indexrelid = l.relation
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), stored as (
	select c.relkind,
		case when coalesce(i.indrelid, c.oid) in (select locked.relid from locked)
			then c.relpages * cast(pg_catalog.current_setting('block_size') as bigint)
			else pg_catalog.pg_table_size(c.oid) end as bytes
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_index as i on i.indexrelid = c.oid
	where c.relkind in ('r', 'm', 'i')
		and {user_schema:n}
), total as (
	select case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
				or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
			then pg_catalog.pg_database_size(pg_catalog.current_database()) end as database,
		coalesce(cast(pg_catalog.sum(s.bytes) filter (where s.relkind <> 'i') as bigint), 0) as tables,
		coalesce(cast(pg_catalog.sum(s.bytes) filter (where s.relkind = 'i') as bigint), 0) as indexes,
		case when pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
			then (select cast(s.word as bigint) from pg_catalog.ts_stat(
				'select pg_catalog.array_to_tsvector(array[cast(coalesce(pg_catalog.sum(size), 0) as text)])'
				' from pg_catalog.pg_ls_waldir()') as s) end as wal
	from stored as s
)
select parts.part, parts.bytes
from total as t
cross join lateral (values (1, 'database', t.database), (2, 'tables', t.tables), (3, 'indexes', t.indexes),
		(4, 'free', null), (5, 'wal', t.wal), (6, 'other', greatest(t.database - t.tables - t.indexes, 0)))
	as parts (place, part, bytes)
order by parts.place
