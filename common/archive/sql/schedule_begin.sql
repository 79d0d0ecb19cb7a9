-- columns: options
-- Begins a run, unless one has begun since $1.
update {.schedule} set started_at = {now}, finished_at = null, errors = '{}'
where schedule_id = 1 and (started_at is null or started_at < cast($1 as {timestamp}))
returning options
