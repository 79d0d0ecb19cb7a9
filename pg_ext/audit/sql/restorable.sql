-- columns: is_partitioned
-- Whether table $2 of schema $1 has partitions.
select c.relkind = 'p' as is_partitioned
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
