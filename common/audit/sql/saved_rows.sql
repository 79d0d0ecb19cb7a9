-- columns: quarantine_id, row_data, row_left
-- The rows of table $1 with key $2 that repairs have saved.
select quarantine_id, row_data, row_left from {.quarantine} where table_name = $1 and row_key = $2
