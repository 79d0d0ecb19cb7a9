-- columns: statement
-- Drops the view that mode flag gives table $2 of schema $1.
select pg_catalog.format('drop view if exists %I.%I', $1, pg_catalog.left($2, 58) || '_live') as statement
