-- columns: started_at, duration_ms, fingerprint, query, row_count, user_name, application, full_scan_steps, sorts, automatic_indexes, plan, dropped
-- The slow executions since $1 that took at least $2 ms, the latest first; at most $3.
select {iso:started_at} as started_at, duration_ms, fingerprint, query, row_count, user_name, application,
	full_scan_steps, sorts, automatic_indexes, plan, dropped
from {.slow_log} as s
where s.started_at >= cast($1 as {timestamp}) and s.duration_ms >= $2
order by s.started_at desc, s.number desc
limit $3
