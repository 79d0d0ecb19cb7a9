-- columns: known
-- The objects of schema dbcare before dbcare's tables are made or upgraded.
select coalesce(pg_catalog.string_agg(c.oid::text, ' '), '') as known
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'dbcare'
