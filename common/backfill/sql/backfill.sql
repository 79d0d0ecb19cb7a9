-- columns: table_name, statement, key_columns, state, done_up_to, tells_done, rows_seen, rows_changed, rows_total, batches, longest_ms, author
-- One stored backfill.
select table_name, statement, key_columns, state, done_up_to, tells_done, rows_seen,
	rows_changed, rows_total, batches, longest_ms, author
from {.backfill}
where name = $1
