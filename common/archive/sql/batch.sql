-- columns: batch_id
-- The last batch that has deleted the row with key $2 of table $1.
select batch_id from {.trash} where table_name = $1 and row_key = $2 and action = 'delete' order by trash_id desc limit 1
