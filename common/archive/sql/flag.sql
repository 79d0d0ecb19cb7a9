-- columns: table_name
-- as owner
-- The table where batch $1 marked the first row.
select table_name from {.trash} where {in_batch} and action = 'flag'
