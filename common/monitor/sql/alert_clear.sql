-- columns: none
-- Clears an alert.
update {.alert} set cleared_at = cast($2 as {timestamp}) where alert_id = $1
