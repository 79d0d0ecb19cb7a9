-- columns: part, bytes
-- Bytes on disk: of the database, of user tables with their TOAST, of their
-- indexes, and the rest, mostly the catalog.  WAL belongs to the whole server;
-- only pg_monitor may list it, and since a static statement cannot name a
-- function that the role may not call, ts_stat() takes it as text.  If another
-- session holds a conflicting lock, the size of a table is that of the catalog.
-- On the coordinator of Citus the sizes are sums over all nodes, but for WAL, or
-- null if a node does not give them.
with {cluster}, spread as materialized (
	select cast(cast(s.word as pg_catalog.jsonb) ->> 0 as bigint) as table_bytes,
		cast(cast(s.word as pg_catalog.jsonb) ->> 1 as bigint) as index_bytes,
		cast(cast(s.word as pg_catalog.jsonb) ->> 2 as bigint) as other_bytes
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with {shard_sizes}
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_array(x.table_bytes, x.index_bytes, case when x.complete
			then (select coalesce(pg_catalog.sum(cast(r.result ->> 'bytes' as bigint)), 0) from reply as r
				left join pg_catalog.pg_dist_node as n on n.nodeid = r.nodeid
				where n.groupid <> (select g.groupid from pg_catalog.pg_dist_local_group as g)) end) as text)])
		from (select c.complete, case when c.complete then coalesce(pg_catalog.sum(z.table_bytes), 0) end as table_bytes,
				case when c.complete then coalesce(pg_catalog.sum(z.index_bytes), 0) end as index_bytes
			from (select not exists (select from placed as p
					left join sized as s on s.shardid = p.shardid and s.nodeid = p.nodeid where s.shardid is null)
				and not exists (select from reply as r where r.success is not true) as complete) as c
			left join sized as z on true
			group by c.complete) as x$q$ end) as s
), locked as (
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
		and not {sharded:coalesce(i.indrelid, c.oid)}
), total as (
	select case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
				or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
			then pg_catalog.pg_database_size(pg_catalog.current_database()) + x.other_bytes end as database,
		coalesce(cast(pg_catalog.sum(s.bytes) filter (where s.relkind <> 'i') as bigint), 0) + x.table_bytes as tables,
		coalesce(cast(pg_catalog.sum(s.bytes) filter (where s.relkind = 'i') as bigint), 0) + x.index_bytes as indexes,
		case when pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
			then (select cast(s.word as bigint) from pg_catalog.ts_stat(
				'select pg_catalog.array_to_tsvector(array[cast(coalesce(pg_catalog.sum(size), 0) as text)])'
				' from pg_catalog.pg_ls_waldir()') as s) end as wal
	from stored as s
	cross join (select t.table_bytes, t.index_bytes, t.other_bytes from spread as t
		union all
		select 0, 0, 0 from cluster as cl where cl.obstacle is not null) as x
	group by x.table_bytes, x.index_bytes, x.other_bytes
)
select parts.part, parts.bytes
from total as t
cross join lateral (values (1, 'database', t.database), (2, 'tables', t.tables), (3, 'indexes', t.indexes),
		(4, 'free', null), (5, 'wal', t.wal), (6, 'other',
		case when t.database < t.tables + t.indexes then 0 else t.database - t.tables - t.indexes end))
	as parts (place, part, bytes)
order by parts.place
