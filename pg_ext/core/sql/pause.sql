-- columns: is_over
-- Waits for $1 milliseconds.
select true as is_over
from pg_catalog.pg_sleep($1 / 1000.0) as s
order by 1
