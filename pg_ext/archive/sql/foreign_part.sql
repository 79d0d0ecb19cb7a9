-- columns: shown
-- A partition of table $2 of schema $1 on another server.
select pg_catalog.format('%I.%I', fn.nspname, f.relname) as shown
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral pg_catalog.pg_partition_tree(c.oid) as t
join pg_catalog.pg_class as f on f.oid = t.relid and f.relkind = 'f'
join pg_catalog.pg_namespace as fn on fn.oid = f.relnamespace
where n.nspname = $1 and c.relname = $2
order by shown
limit 1
