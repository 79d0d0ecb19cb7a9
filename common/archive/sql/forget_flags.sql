-- columns: none
-- Forgets batch $1 of mode flag.
delete from {.trash} where batch_id = $1 and action = 'flag'
