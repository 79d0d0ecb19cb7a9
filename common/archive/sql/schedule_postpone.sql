-- columns: none
-- The last run has to begin again.
update {.schedule} set started_at = null where schedule_id = 1
