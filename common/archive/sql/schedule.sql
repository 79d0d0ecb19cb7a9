-- columns: at, started_at, finished_at, errors
-- When monitoring purges deleted rows, and the last run.
select at, {iso:started_at} as started_at, {iso:finished_at} as finished_at, errors
from {.schedule}
where schedule_id = 1
