-- columns: fingerprint, query, calls, total_ms, max_ms, row_count, sketches, last_at
-- The stored statistics of statements: fingerprint, text, calls, total time,
-- longest time, rows, histograms of times, last execution.
select s.fingerprint, q.query, sum(s.calls) as calls, sum(s.total_ms) as total_ms, max(s.max_ms) as max_ms,
	sum(s.row_count) as row_count, group_concat(s.sketch, ' ') as sketches, max(s.last_at) as last_at
from {.query_seen} as s
join {.query} as q on q.fingerprint = s.fingerprint
group by s.fingerprint
