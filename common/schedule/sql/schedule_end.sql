-- columns: none
-- Ends run $1, unless it has to begin again.
update {.schedule} set finished_at = {now} where schedule_id = $1 and started_at is not null
