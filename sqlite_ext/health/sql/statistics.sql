-- columns: since, commits, rollbacks, cache_hits, cache_misses, cache_hit_ratio, rows_read, rows_inserted, rows_updated, rows_deleted, temp_files, temp_bytes, deadlocks, conflicts, connections
-- The counters of this connection ($1, the details of the host's facts); SQLite
-- has no others.
select null as since,
	null as commits,
	null as rollbacks,
	json_extract($1, '$.cache_hits') as cache_hits,
	json_extract($1, '$.cache_misses') as cache_misses,
	cast(json_extract($1, '$.cache_hits') as real)
		/ nullif(json_extract($1, '$.cache_hits') + json_extract($1, '$.cache_misses'), 0)
		as cache_hit_ratio,
	null as rows_read,
	null as rows_inserted,
	null as rows_updated,
	null as rows_deleted,
	null as temp_files,
	null as temp_bytes,
	null as deadlocks,
	null as conflicts,
	1 as connections
