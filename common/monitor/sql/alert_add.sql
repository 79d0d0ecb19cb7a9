-- columns: alert_id
-- Adds an alert for a condition that is met for the first time.
insert into {.alert} (alert_id, alert, object, severity, message, pending_at, last_at)
values ({next:alert_alert_id_seq}, $1, $2, $3, $4, cast($5 as {timestamp}), cast($5 as {timestamp}))
returning alert_id
