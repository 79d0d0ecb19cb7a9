-- columns: none
-- Ends the daily runs of one kind.
delete from {.schedule} where schedule_id = $1
