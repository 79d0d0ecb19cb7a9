-- columns: none
-- Deletes the rows of sets $1 and $2.
delete from {.quarantine} where repair_id in ($1, $2)
