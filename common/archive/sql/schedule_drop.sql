-- columns: none
-- Ends the daily runs.
delete from {.schedule}
