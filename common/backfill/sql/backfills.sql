-- columns: name, table_name, state, rows_seen, rows_changed, rows_total, batches, longest_ms, started_at, changed_at, failure, statement, elapsed_ms
-- All backfills and their progress.
select name, table_name, state, rows_seen, rows_changed, rows_total, batches, longest_ms,
	{iso:started_at} as started_at, {iso:changed_at} as changed_at, failure, statement, elapsed_ms
from {.backfill}
order by name
