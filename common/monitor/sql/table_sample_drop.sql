-- columns: none
-- Forgets what samples from $1 to $2 say of tables.
delete from {.table_sample} where sample_id between $1 and $2
