-- columns: table_id
-- The number of the table that is logged as $1, the last one if there are several.
select max(table_id) as table_id from {.audited_table} where table_name = $1
