-- columns: name
select pg_catalog.quote_ident(n.nspname) as name
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
where e.extname = 'dbcare'
