-- columns: sql
-- The SQL of table $1.
select sql from main.sqlite_schema where type = 'table' and name = $1
