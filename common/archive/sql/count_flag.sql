-- columns: none
-- Stores that batch $1 has marked $2 rows.
update {.trash} set row_data = cast($2 as text) where batch_id = $1 and action = 'flag'
