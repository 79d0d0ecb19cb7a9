-- columns: alert_id
-- Notes a condition that is met for the first time.
insert into {.alert} (alert, object, severity, message, pending_at, last_at)
values ($1, $2, $3, $4, cast($5 as {timestamp}), cast($5 as {timestamp}))
returning alert_id
