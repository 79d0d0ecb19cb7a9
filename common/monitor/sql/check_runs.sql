-- columns: check_id, run_at
-- The time of the last run of each check.
select check_id, {iso:run_at} as run_at
from {.check_run}
order by check_id
