-- columns: none
-- Forgets a condition that was not met for long enough.
delete from {.alert} where alert_id = $1
