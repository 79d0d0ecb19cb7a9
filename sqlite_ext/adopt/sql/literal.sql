-- columns: literal
-- A text as it must be written in SQL.
select quote($1) as literal
