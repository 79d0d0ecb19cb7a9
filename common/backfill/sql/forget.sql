-- columns: none
-- Forgets a backfill.
delete from {.backfill} where name = $1
