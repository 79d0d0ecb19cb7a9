-- columns: batch_id
-- as owner
-- The last batch that has deleted the row with a key of list $2, of table $1 or one of its
-- partitions.
select batch_id
from {.trash}
where coalesce(key_values, row_key) in {listed:$2} and (table_name in {partitions:$1}{postgresql: or root = $1}) and action = 'delete'
order by trash_id desc
limit 1
