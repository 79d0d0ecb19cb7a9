-- The beginning of each script on PostgreSQL, which run.sh adds: calls of dbcare's functions
-- find them in the schema of the extension, wherever that is, and no other function.
select coalesce(pg_catalog.min(pg_catalog.quote_ident(n.nspname)), 'public') as dbcare_schema
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) e.extnamespace
where e.extname operator(pg_catalog.=) 'dbcare' \gset
set search_path = :dbcare_schema;
