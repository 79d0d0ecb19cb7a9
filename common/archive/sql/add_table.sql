-- columns: none
-- Records that deleted rows of table $1 are kept, by mode $2; $3 is the column with
-- paths of files, null: as before, empty: none.
insert into {.archived_table} (table_name, mode, file_column, enabled_by) values ($1, $2, nullif($3, ''), $4)
on conflict (table_name) do update set mode = excluded.mode,
	file_column = case when $3 is null then {postgresql:archived_table}{sqlite:dbcare_archived_table}.file_column else excluded.file_column end
