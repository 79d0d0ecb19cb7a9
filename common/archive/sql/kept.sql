-- columns: trash_id
-- A row of the trash with key $2 of table $1, or of one of its partitions.
select t.trash_id
from {.trash} as t
where coalesce(t.key_values, t.row_key) = $2 and t.action = 'delete' and (t.table_name = $1{postgresql: or t.root = $1
	or pg_catalog.to_regclass($1) in (select a.relid from pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass(t.table_name)) as a)})
limit 1
