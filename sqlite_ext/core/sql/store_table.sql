-- columns: none
-- Replaces the text of table $1 by one with the same columns.
update main.sqlite_schema set sql = $2 where type = 'table' and name = $1
