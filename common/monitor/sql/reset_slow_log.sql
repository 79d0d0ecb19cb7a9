-- columns: none
-- Deletes all slow executions.
delete from {.slow_log}
