-- columns: none
-- Raises an alert.
update {.alert} set raised_at = cast($2 as {timestamp}) where alert_id = $1
