-- columns: table_name
-- The tables with mode flag; only $1 if that is not null.
select table_name from {.archived_table} where mode = 'flag' and ($1 is null or table_name = $1) order by table_name
