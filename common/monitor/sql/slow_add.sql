-- columns: none
-- Stores a slow execution.
insert into {.slow_log} (source, number, started_at, duration_ms, fingerprint, query, row_count,
	user_name, application, full_scan_steps, sorts, automatic_indexes, plan, dropped)
values ($1, $2, cast($3 as {timestamp}), $4, $5, $6, cast($7 as bigint),
	cast($8 as text), cast($9 as text), cast($10 as bigint), cast($11 as bigint), cast($12 as bigint),
	cast($13 as text), $14)
on conflict (source, number) do nothing
