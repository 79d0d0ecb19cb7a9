-- columns: has_rows
-- Whether batch $1 has deleted rows of table $2, and none of its rows is held.
select exists (select 1 from {.trash} where {in_batch} and action = 'delete' and (table_name in {partitions:$2}{postgresql: or root = $2}))
	and not exists (select 1 from {held} where {in_batch}) as has_rows
