-- columns: none
-- Notes that table $2, which repair $1 has changed, is $3.
insert into {.repair_table} (repair_id, table_name, identity) values ($1, $2, $3)
