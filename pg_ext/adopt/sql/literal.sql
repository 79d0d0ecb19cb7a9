-- columns: literal
-- A text as it must be written in SQL.
select pg_catalog.quote_literal($1) as literal
