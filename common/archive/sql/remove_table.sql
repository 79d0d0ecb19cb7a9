-- columns: none
-- Records that deleted rows of table $1 are no longer kept, unless it has number $2.
delete from {.archived_table} where table_id in (select a.table_id from {archived_tables} as a where a.table_name = $1)
	and table_id <> $2
