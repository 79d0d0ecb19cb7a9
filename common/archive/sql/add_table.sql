-- columns: none
-- Records that deleted rows of table $1 are kept, by mode $2; $3 is the column with
-- paths of files, null: as before, empty: none; $5 the number of the table on PostgreSQL.
insert into {.archived_table} (table_name, mode, file_column, enabled_by{postgresql:, table_id}) select $1, $2, nullif($3, ''), $4{postgresql:, $5}
where $5 >= cast(0 as bigint)
on conflict (table_name) do update set mode = excluded.mode,{postgresql: table_id = excluded.table_id,}
	file_column = case when $3 is null then {postgresql:archived_table}{sqlite:dbcare_archived_table}.file_column else excluded.file_column end
