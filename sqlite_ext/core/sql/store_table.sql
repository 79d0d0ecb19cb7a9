-- columns: none
-- Gives table $1 another text, of the same columns.
update main.sqlite_schema set sql = $2 where type = 'table' and name = $1
