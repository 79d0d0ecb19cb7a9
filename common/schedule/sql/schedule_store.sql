-- columns: none
-- Schedules daily run $1 at $2 with options $3, by $4, as role $5, on server $6 with timeline $7.
insert into {.schedule} (schedule_id, at, options, scheduled_by, role_name, home, home_timeline)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (schedule_id) do update set at = excluded.at, options = excluded.options, scheduled_at = {now}, scheduled_by = excluded.scheduled_by, role_name = excluded.role_name, home = excluded.home, home_timeline = excluded.home_timeline
