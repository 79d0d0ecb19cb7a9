-- columns: none
-- Stores whether and how to monitor.
insert into {.monitor} (monitor_id, enabled, interval_seconds, options, changed_at, changed_by)
values (1, $1, $2, $3, cast($4 as {timestamp}), $5)
on conflict (monitor_id) do update set enabled = excluded.enabled,
	interval_seconds = excluded.interval_seconds, options = excluded.options,
	changed_at = excluded.changed_at, changed_by = excluded.changed_by
