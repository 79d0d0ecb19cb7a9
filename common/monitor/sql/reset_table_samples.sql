-- columns: none
-- Deletes all sizes of tables.
delete from {.table_sample}
