-- columns: literal
-- A text as an SQL literal.
select pg_catalog.quote_literal($1) as literal
