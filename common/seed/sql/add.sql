-- columns: none
-- Registers a seed, or its new rows.
insert into {.seed} (name, table_name, key_columns, mode, environments, rows_data, checksum, added_by, author)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (name) do update set table_name = excluded.table_name, key_columns = excluded.key_columns,
	mode = excluded.mode, environments = excluded.environments, rows_data = excluded.rows_data,
	checksum = excluded.checksum, added_at = excluded.added_at, added_by = excluded.added_by, author = excluded.author
