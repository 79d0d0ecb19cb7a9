-- columns: none
-- Deletes an alert whose condition was not met for long enough.
delete from {.alert} where alert_id = $1
