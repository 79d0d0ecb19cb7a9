-- columns: batch_id
-- The batch that has deleted the row with key $2 of table $1; the last one if
-- there are several.
select max(batch_id) as batch_id from {.trash} where table_name = $1 and row_key = $2 and action = 'delete'
