-- columns: table_name, row_estimate, total_bytes, table_bytes, index_bytes, free_bytes, dead_rows, index_count, last_analyzed_at, seq_scans, seq_rows_read, rows_written
-- Tables, partitions, materialized views and foreign tables of the user, these
-- without sizes: estimates of the
-- catalog and of the cumulative statistics, sizes of the files, TOAST counted
-- with the table.  Where another session's lock would have to be waited for,
-- the sizes are null.  What is known of a table whose rows are in shards is about
-- the shards: rows, dead rows and sizes are sums, or null if a node does not give
-- them, and the rest is null.
with {cluster}, spread as materialized (
	select cast(cast(s.word as pg_catalog.jsonb) ->> 0 as oid) as relid,
		cast(cast(s.word as pg_catalog.jsonb) ->> 1 as double precision) as reltuples,
		cast(cast(s.word as pg_catalog.jsonb) ->> 2 as bigint) as table_bytes,
		cast(cast(s.word as pg_catalog.jsonb) ->> 3 as bigint) as index_bytes,
		cast(cast(s.word as pg_catalog.jsonb) ->> 4 as bigint) as dead
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with {shard_sizes}, one as (
			-- a reference table has the same rows on each node
			select p.logicalrelid, p.shardid, pg_catalog.max(z.tuples) as tuples, pg_catalog.min(z.tuples) < 0 as unknown,
				pg_catalog.sum(z.table_bytes) as table_bytes, pg_catalog.sum(z.index_bytes) as index_bytes,
				pg_catalog.max(z.dead) as dead, pg_catalog.bool_and(z.shardid is not null) as complete
			from placed as p
			left join sized as z on z.shardid = p.shardid and z.nodeid = p.nodeid
			group by p.logicalrelid, p.shardid
		)
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_array(cast(cast(o.logicalrelid as oid) as bigint),
			case when not pg_catalog.bool_or(o.unknown) then pg_catalog.sum(o.tuples) end,
			pg_catalog.sum(o.table_bytes), pg_catalog.sum(o.index_bytes), pg_catalog.sum(o.dead)) as text)])
		from one as o
		group by o.logicalrelid
		having pg_catalog.bool_and(o.complete)$q$ end) as s
), locked as (
	select coalesce(i.indrelid, l.relation) as relid
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	left join pg_catalog.pg_index as i on i.indexrelid = l.relation
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), stored as materialized (
	select c.oid, n.nspname, c.relname, s.sharded,
		case when s.sharded then x.reltuples else c.reltuples end as reltuples,
		case when s.sharded then x.table_bytes
			when c.oid not in (select locked.relid from locked) and c.relkind <> 'f'
			then pg_catalog.pg_table_size(c.oid) end as table_bytes,
		case when s.sharded then x.index_bytes
			when c.oid not in (select locked.relid from locked) and c.relkind <> 'f'
			then pg_catalog.pg_indexes_size(c.oid) end as index_bytes,
		case when s.sharded then x.dead else pg_catalog.pg_stat_get_dead_tuples(c.oid) end as dead
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	cross join lateral (select {sharded:c.oid} as sharded) as s
	left join spread as x on x.relid = c.oid
	where c.relkind in ('r', 'p', 'm', 'f')
		and {user_schema:n}
		and {not_in_extension:c.oid}
), indexed as (
	select i.indrelid, pg_catalog.count(*) as indexes
	from pg_catalog.pg_index as i
	group by i.indrelid
)
select pg_catalog.format('%I.%I', s.nspname, s.relname) as table_name,
	cast(nullif(s.reltuples, -1) as bigint) as row_estimate,
	s.table_bytes + s.index_bytes as total_bytes,
	s.table_bytes,
	s.index_bytes,
	cast(null as bigint) as free_bytes,
	s.dead as dead_rows,
	coalesce(i.indexes, 0) as index_count,
	pg_catalog.to_char(greatest(pg_catalog.pg_stat_get_last_analyze_time(s.oid),
		pg_catalog.pg_stat_get_last_autoanalyze_time(s.oid)) at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_analyzed_at,
	case when not s.sharded then pg_catalog.pg_stat_get_numscans(s.oid) end as seq_scans,
	case when not s.sharded then pg_catalog.pg_stat_get_tuples_returned(s.oid) end as seq_rows_read,
	case when not s.sharded then pg_catalog.pg_stat_get_tuples_inserted(s.oid) + pg_catalog.pg_stat_get_tuples_updated(s.oid)
		+ pg_catalog.pg_stat_get_tuples_deleted(s.oid) end as rows_written
from stored as s
left join indexed as i on i.indrelid = s.oid
order by s.table_bytes + s.index_bytes desc nulls last, s.nspname, s.relname
