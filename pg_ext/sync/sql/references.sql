-- columns: schema, name, parent_schema, parent
-- Tables with a foreign key to another table.
select n.nspname as schema, c.relname as name, pn.nspname as parent_schema, p.relname as parent
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as p on p.oid = k.confrelid
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
where k.contype = 'f' and k.conrelid <> k.confrelid
