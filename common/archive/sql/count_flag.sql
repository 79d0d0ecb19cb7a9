-- columns: none
-- Stores that batch $1 has marked $2 rows.
update {.trash} set row_data = cast($2 as text) where {in_batch} and action = 'flag'
