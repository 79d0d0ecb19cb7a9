-- columns: schema_name, table_name, shown, root_shown, table_id
-- kept
-- Table $2 of schema $1 or its leaf partitions, and the table each is a
-- partition of; itself if it is partitioned and has no partitions.  No rows unless
-- it is a user table: saved rows must not be restored into a catalog.
select n.nspname as schema_name, c.relname as table_name, pg_catalog.format('%I.%I', n.nspname, c.relname) as shown,
	pg_catalog.format('%I.%I', rn.nspname, r.relname) as root_shown, cast(part.relid as pg_catalog.int8) as table_id
from pg_catalog.pg_class as t
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
cross join lateral (select t.oid as relid
	union
	select p.relid from pg_catalog.pg_partition_tree(t.oid) as p where p.isleaf) as part
-- by index: for many partitions PostgreSQL would read all tables, and it expects many
cross join lateral (select o.relname, o.relnamespace
	from pg_catalog.pg_class as o
	where o.oid = part.relid and (o.relkind = 'r' or o.relkind = 'f' and o.oid <> t.oid
		or o.relkind = 'p' and not exists (select from pg_catalog.pg_inherits as i where i.inhparent = t.oid))
	offset 0) as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as r on r.oid = coalesce(pg_catalog.pg_partition_root(t.oid), t.oid)
join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
where tn.nspname = $1 and t.relname = $2
	and tn.nspname !~ '^pg_(?!temp_)' and tn.nspname not in ('information_schema', 'dbcare')
order by shown
