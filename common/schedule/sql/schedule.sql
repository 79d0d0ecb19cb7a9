-- columns: at, options, role_name, scheduled_at, started_at, finished_at, errors, home, home_timeline
-- A daily run by monitoring, and when it ran last.
select at, options, role_name, {iso:scheduled_at} as scheduled_at, {iso:started_at} as started_at, {iso:finished_at} as finished_at, errors, home, home_timeline
from {.schedule}
where schedule_id = $1
