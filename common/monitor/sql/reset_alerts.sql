-- columns: none
-- Deletes all alerts.
delete from {.alert}
