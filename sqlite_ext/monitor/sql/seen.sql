-- What is stored of statements: fingerprint, text, calls, time in all, longest
-- time, rows, distributions of times, when it was seen last.
select s.fingerprint, q.query, sum(s.calls), sum(s.total_ms), max(s.max_ms),
	sum(s.row_count), group_concat(s.sketch, ' '), max(s.last_at)
from {.query_seen} as s
join {.query} as q on q.fingerprint = s.fingerprint
group by s.fingerprint
