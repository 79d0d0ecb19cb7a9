-- columns: none
-- Records that deleted rows of table $1 are kept, by mode $2.
insert into {.archived_table} (table_name, mode, enabled_by) values ($1, $2, $3)
on conflict (table_name) do update set mode = excluded.mode
