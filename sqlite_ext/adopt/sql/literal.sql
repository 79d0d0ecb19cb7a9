-- A text as it must be written in SQL.
select quote($1)
