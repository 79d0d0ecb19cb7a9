-- columns: none
-- Deletes the samples from $1 to $2.
delete from {.sample} where sample_id between $1 and $2
