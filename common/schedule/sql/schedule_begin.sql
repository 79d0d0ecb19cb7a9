-- columns: options, role_name
-- Begins run $1, unless it has begun since $2.
update {.schedule} set started_at = {now}, finished_at = null, errors = '{}'
where schedule_id = $1 and (started_at is null or started_at < cast($2 as {timestamp}))
returning options, role_name
