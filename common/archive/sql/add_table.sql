-- columns: none
-- Records that deleted rows of table $1 are kept, by mode $2; $3 is the column with
-- paths of files, null: as before, empty: none; $5 the number of the table.
insert into {.archived_table} (table_name, mode, file_column, enabled_by, table_id) values ($1, $2, nullif($3, ''), $4, $5)
on conflict (table_id) do update set mode = excluded.mode, table_name = excluded.table_name,
	file_column = case when $3 is null then {postgresql:archived_table}{sqlite:dbcare_archived_table}.file_column else excluded.file_column end
