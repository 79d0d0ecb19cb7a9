-- columns: relid, schema_name, table_name, shown
-- The partitions of table $2 of schema $1 that have rows.
select cast(c.oid as bigint) as relid, cast(m.nspname as text) as schema_name, cast(c.relname as text) as table_name,
	pg_catalog.format('%I.%I', m.nspname, c.relname) as shown
from pg_catalog.pg_class as t
join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
cross join lateral pg_catalog.pg_partition_tree(t.oid) as p
join pg_catalog.pg_class as c on c.oid = p.relid
join pg_catalog.pg_namespace as m on m.oid = c.relnamespace
where n.nspname = $1 and t.relname = $2 and p.isleaf and c.relkind = 'r'
order by c.oid
