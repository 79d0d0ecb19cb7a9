-- columns: relid, shown, filenode
-- Relations that a migration could lock or rewrite.
select c.oid::bigint as relid, pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, c.relfilenode::bigint as filenode
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I') and c.relpersistence <> 't'
	and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'dbcare')
order by c.oid
