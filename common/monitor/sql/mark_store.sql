-- columns: none
-- Stores the counters of a statement.
insert into {.query_mark} (source, fingerprint, calls, errors, total_ms, row_count, seen_at)
values ($1, $2, $3, cast($4 as bigint), $5, cast($6 as bigint), cast($7 as {timestamp}))
on conflict (source, fingerprint) do update set calls = excluded.calls,
	errors = excluded.errors, total_ms = excluded.total_ms,
	row_count = excluded.row_count, seen_at = excluded.seen_at
