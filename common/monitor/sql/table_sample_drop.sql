-- columns: none
-- Deletes the table sizes stored with the samples from $1 to $2.
delete from {.table_sample} where sample_id between $1 and $2
