-- columns: literal
-- A text as an SQL literal.
select quote($1) as literal
