-- columns: statement
-- A query of the conditions of the partitions of table $2 of schema $1, as branches of
-- CASE.  To make a condition computes bounds and keys, with code that the owners of the
-- tables have chosen: it names the table, so that it runs as such an owner.
select pg_catalog.format('select pg_catalog.string_agg(pg_catalog.format(''when %%s then %%s::pg_catalog.int8'',
		coalesce(pg_catalog.pg_get_partition_constraintdef(p.relid), ''true''), p.relid::pg_catalog.oid), '' '' order by p.relid) as branches
from pg_catalog.pg_partition_tree(cast(%s as pg_catalog.oid)) as p
where p.isleaf and (select pg_catalog.count(*) from %I.%I where false) = 0',
	c.oid, n.nspname, c.relname) as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
