-- columns: none
-- Stores the size of a table, and on PostgreSQL how often it was used.
insert into {.table_sample} (sample_id, table_name, bytes, row_estimate{postgresql:, seq_scans, seq_rows_read, rows_written})
values ($1, $2, cast($3 as bigint), cast($4 as bigint){postgresql:, cast($5 as bigint), cast($6 as bigint), cast($7 as bigint)})
