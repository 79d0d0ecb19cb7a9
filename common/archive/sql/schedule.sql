-- columns: at, options, started_at, finished_at, error
-- When monitoring applies the policies.
select at, options, {iso:started_at} as started_at, {iso:finished_at} as finished_at, error
from {.schedule}
where schedule_id = 1
