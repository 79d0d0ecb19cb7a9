-- columns: none
-- Schedules a daily run at $1 with options $2, by $3.
insert into {.schedule} (schedule_id, at, options, scheduled_by) values (1, $1, $2, $3)
on conflict (schedule_id) do update set at = excluded.at, options = excluded.options, scheduled_at = {now}, scheduled_by = excluded.scheduled_by
