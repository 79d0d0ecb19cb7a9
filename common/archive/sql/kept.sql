-- columns: row_key, key_values
-- The last row of the trash with a key of list $2, of table $1, or of one of its partitions: its key has the present names of
-- its columns, as that of a hold.
select {trash_key:t} as row_key, t.key_values
from (select k.*{postgresql:, pg_catalog.to_regclass($1) as relid} from {.trash} as k) as t
where coalesce(t.key_values, t.row_key) in {listed:$2} and t.action = 'delete' and (t.table_name = $1{postgresql: or t.root = $1
	or pg_catalog.to_regclass($1) in (select a.relid from pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass(t.table_name)) as a)})
order by t.trash_id desc
limit 1
