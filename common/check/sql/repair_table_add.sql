-- columns: none
-- Stores identity $3 of table $2, which repair $1 has changed.
insert into {.repair_table} (repair_id, table_name, identity) values ($1, $2, $3)
