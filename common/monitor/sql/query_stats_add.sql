-- columns: none
-- Adds statistics of a statement to those of the same hour.
insert into {.query_seen} as seen (fingerprint, hour_at, calls, errors, total_ms, max_ms, row_count, last_at, sketch)
values ($1, cast($2 as {timestamp}), $3, cast($4 as bigint), $5, $6, cast($7 as bigint), cast($8 as {timestamp}), cast($9 as text))
on conflict (fingerprint, hour_at) do update set
	calls = seen.calls + excluded.calls,
	errors = seen.errors + excluded.errors,
	total_ms = seen.total_ms + excluded.total_ms,
	max_ms = case when excluded.max_ms > seen.max_ms then excluded.max_ms
		else seen.max_ms end,
	row_count = seen.row_count + excluded.row_count,
	last_at = excluded.last_at,
	sketch = excluded.sketch
