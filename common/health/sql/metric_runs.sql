-- columns: check_id, seconds, ended
-- The checks run by the monitor: duration in seconds, and end in seconds since
-- 1970.
select check_id,
	duration_ms / 1000 as seconds,
	cast({postgresql:extract(epoch from run_at)}{sqlite:strftime('%s', run_at)} as double precision) as ended
from {.check_run}
order by check_id
