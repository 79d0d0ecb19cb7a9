-- columns: trash_id, row_data
-- The deleted rows of table $1 with key $2.
select trash_id, row_data from {.trash} where table_name = $1 and row_key = $2
