-- columns: has_rows
-- as owner
-- Whether batch $1 has deleted rows of table $2, and none of its rows is held.
-- SQLite finds the end of a batch by reading it, which most do not need.
select {sqlite:case when exists (select 1 from main.dbcare_trash where trash_id = $1 and batch_id = $1 and action = 'delete' and table_name = $2) then true
		else }exists (select 1 from {.trash} where {in_batch} and action = 'delete' and (table_name in {partitions:$2}{postgresql: or root = $2})){sqlite: end}
	and {sqlite:case when not exists (select 1 from main.dbcare_hold) then true else }not exists (select 1 from {held} where {in_batch}){sqlite: end} as has_rows
