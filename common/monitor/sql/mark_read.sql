-- columns: fingerprint, calls, errors, total_ms, row_count
-- The counters of statements at the last sample, from source $1.
select fingerprint, calls, errors, total_ms, row_count
from {.query_mark}
where source = $1
