-- columns: none
-- Run $1 has to begin again.
update {.schedule} set started_at = null where schedule_id = $1
