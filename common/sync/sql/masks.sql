-- columns: options
-- The options with which changes of the table with number $1 are logged.
select options from {.audited_table} where table_id = $1
