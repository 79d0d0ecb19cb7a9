-- columns: none
-- Starts or restarts a backfill: its name, table, statement, key, the place of the
-- last row, the number of rows, the caller, and its role.
insert into {.backfill} (name, table_name, statement, key_columns, state, ends_at, rows_total, started_by, author)
values ($1, $2, $3, $4, 'running', $5, cast($6 as bigint), $7, $8)
on conflict (name) do update set table_name = excluded.table_name, statement = excluded.statement,
	key_columns = excluded.key_columns, state = excluded.state, done_up_to = null,
	ends_at = excluded.ends_at, checked_up_to = null, tells_done = null, rows_seen = 0,
	rows_changed = 0, rows_total = excluded.rows_total, batches = 0,
	elapsed_ms = 0, longest_ms = 0, started_at = {now},
	started_by = excluded.started_by, author = excluded.author, changed_at = {now}, finished_at = null, failure = null
