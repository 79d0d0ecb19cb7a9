-- columns: none
-- Deletes a backfill.
delete from {.backfill} where name = $1
