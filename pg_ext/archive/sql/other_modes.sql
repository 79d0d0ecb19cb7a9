-- columns: table_name, mode, is_part
-- A partition of table $2 of schema $1, or a table of which this is a partition, whose
-- deleted rows are kept in another mode than $3; whether it is a partition.
select b.now as table_name, a.mode, exists (select from pg_catalog.pg_partition_ancestors(b.relid) as p where p.relid = c.oid) as is_part
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join dbcare.archived_table as a
join {bound_tables} as b on b.table_id = a.table_id
where n.nspname = $1 and c.relname = $2 and a.mode <> $3 and b.relid <> c.oid
	and (b.relid in (select p.relid from pg_catalog.pg_partition_ancestors(c.oid) as p)
		or c.oid in (select p.relid from pg_catalog.pg_partition_ancestors(b.relid) as p))
order by is_part, b.now
limit 1
