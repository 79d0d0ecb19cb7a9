-- columns: none
-- Removes what is known of the rows of a seed, or with a key $2 of one.
delete from {.seed_row} where seed_name = $1 and row_key = coalesce($2, row_key)
