-- columns: none
-- Acknowledges an alert.
update {.alert}
set acked_at = cast($2 as {timestamp}), acked_by = $3, note = $4
where alert_id = $1
