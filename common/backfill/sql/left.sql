-- columns: state, rows_seen, rows_total
-- The progress of a backfill.
select state, rows_seen, rows_total from {.backfill} where name = $1
