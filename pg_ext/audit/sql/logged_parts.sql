-- columns: table_id, schema_name, table_name, shown
-- The partitions of table $2 of schema $1 that are logged by themselves.
select a.table_id, cast(m.nspname as text) as schema_name, cast(p.relname as text) as table_name,
	pg_catalog.format('%I.%I', m.nspname, p.relname) as shown
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral pg_catalog.pg_partition_tree(c.oid) as t
join pg_catalog.pg_class as p on p.oid = t.relid
join pg_catalog.pg_namespace as m on m.oid = p.relnamespace
join dbcare.known_table as k on k.relid = t.relid and k.place = {place}
join dbcare.audited_table as a on a.table_id = k.table_id and a.disabled_at is null
where n.nspname = $1 and c.relname = $2 and t.relid <> c.oid
order by shown
