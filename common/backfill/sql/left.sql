-- columns: state, rows_seen, rows_total
-- How far a backfill is.
select state, rows_seen, rows_total from {.backfill} where name = $1
