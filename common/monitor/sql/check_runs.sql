-- columns: check_id, run_at
-- When each check ran.
select check_id, {iso:run_at} as run_at
from {.check_run}
order by check_id
