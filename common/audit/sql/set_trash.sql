-- columns: none
-- Stores $2 as deleted row $1.
update {.trash} set row_data = $2 where trash_id = $1
