-- columns: since, commits, rollbacks, cache_hits, cache_misses, cache_hit_ratio, rows_read, rows_inserted, rows_updated, rows_deleted, temp_files, temp_bytes, deadlocks, conflicts, connections
-- The cumulative statistics of this database.
select pg_catalog.to_char(s.stats_reset at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since,
	s.xact_commit as commits,
	s.xact_rollback as rollbacks,
	s.blks_hit as cache_hits,
	s.blks_read as cache_misses,
	cast(s.blks_hit as double precision) / nullif(s.blks_hit + s.blks_read, 0) as cache_hit_ratio,
	s.tup_returned + s.tup_fetched as rows_read,
	s.tup_inserted as rows_inserted,
	s.tup_updated as rows_updated,
	s.tup_deleted as rows_deleted,
	s.temp_files,
	s.temp_bytes,
	s.deadlocks,
	s.conflicts,
	cast(s.numbackends as bigint) as connections
from pg_catalog.pg_stat_database as s
where s.datname = pg_catalog.current_database()
