-- columns: none
-- Records that deleted rows of table $1 are no longer kept.
delete from {.archived_table} where table_name = $1
