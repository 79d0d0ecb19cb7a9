-- columns: none
-- Deletes the results of all checks.
delete from {.check_run}
