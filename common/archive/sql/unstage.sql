-- columns: none
-- Deletes the copies of set $1.
delete from {.quarantine} where repair_id = $1
