-- columns: table_name, row_estimate, total_bytes, table_bytes, index_bytes, free_bytes, dead_rows, index_count, last_analyzed_at, seq_scans, seq_rows_read, rows_written
-- Tables, partitions and materialized views of the user: estimates of the
-- catalog and of the cumulative statistics, sizes of the files, TOAST counted
-- with the table.  Where another session's lock would have to be waited for,
-- the sizes are null.  So is what the catalog has of a table whose rows are in
-- shards: it is about the empty table beside them.
with locked as (
	select coalesce(i.indrelid, l.relation) as relid
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	left join pg_catalog.pg_index as i on i.indexrelid = l.relation
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), stored as materialized (
	select c.oid, n.nspname, c.relname, case when not s.sharded then c.reltuples end as reltuples,
		case when c.oid not in (select locked.relid from locked) and not s.sharded
			then pg_catalog.pg_table_size(c.oid) end as table_bytes,
		case when c.oid not in (select locked.relid from locked) and not s.sharded
			then pg_catalog.pg_indexes_size(c.oid) end as index_bytes
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	cross join lateral (select {sharded:c.oid} as sharded) as s
	where c.relkind in ('r', 'p', 'm')
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
	pg_catalog.pg_stat_get_dead_tuples(s.oid) as dead_rows,
	coalesce(i.indexes, 0) as index_count,
	pg_catalog.to_char(greatest(pg_catalog.pg_stat_get_last_analyze_time(s.oid),
		pg_catalog.pg_stat_get_last_autoanalyze_time(s.oid)) at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_analyzed_at,
	pg_catalog.pg_stat_get_numscans(s.oid) as seq_scans,
	pg_catalog.pg_stat_get_tuples_returned(s.oid) as seq_rows_read,
	pg_catalog.pg_stat_get_tuples_inserted(s.oid) + pg_catalog.pg_stat_get_tuples_updated(s.oid)
		+ pg_catalog.pg_stat_get_tuples_deleted(s.oid) as rows_written
from stored as s
left join indexed as i on i.indrelid = s.oid
order by s.table_bytes + s.index_bytes desc nulls last, s.nspname, s.relname
