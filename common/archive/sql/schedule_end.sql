-- columns: none
-- Ends a run.
update {.schedule} set finished_at = {now} where schedule_id = 1
