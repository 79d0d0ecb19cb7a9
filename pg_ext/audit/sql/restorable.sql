-- columns: last_place, is_partitioned
-- For SQLite the highest rowid of table $2 of schema $1; and whether it has
-- partitions.
select cast(null as text) as last_place, c.relkind = 'p' as is_partitioned
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
