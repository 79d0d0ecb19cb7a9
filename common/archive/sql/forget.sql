-- columns: none
-- Deletes the rows of batch $1 from the trash.
delete from {.trash} where {in_batch}
