-- columns: fingerprint, calls, errors, total_ms, row_count
-- How far the counters of statements had come; $1 is who counts.
select fingerprint, calls, errors, total_ms, row_count
from {.query_mark}
where source = $1
