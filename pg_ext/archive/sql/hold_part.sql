-- columns: schema_name, table_name
-- The partition with the OID $1.
select n.nspname as schema_name, c.relname as table_name
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.oid = cast($1 as pg_catalog.oid)
order by 1
