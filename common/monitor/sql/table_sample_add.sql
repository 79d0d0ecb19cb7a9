-- columns: none
-- Stores the size of a table.
insert into {.table_sample} (sample_id, table_name, bytes, row_estimate)
values ($1, $2, cast($3 as bigint), cast($4 as bigint))
