-- columns: batch_id
-- The batch that has just deleted the row with a key of list $2, of table $1 or one of its
-- partitions, for reason $3.
update {.trash} set reason = $3
where trash_id = (select trash_id from {.trash} where coalesce(key_values, row_key) in {listed:$2} and table_name in {partitions:$1} and action = 'delete'
	order by trash_id desc limit 1)
returning batch_id
