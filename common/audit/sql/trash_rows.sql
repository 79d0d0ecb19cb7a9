-- columns: trash_id, row_data, deleted_at, row_key
-- as owner
-- The deleted rows of table $1, which has number $3, with a key of list $2; times
-- are exact, since columns may have changed within the same millisecond.
select trash_id, row_data, {postgresql:cast(deleted_at as text) as deleted_at}{sqlite:deleted_at}, row_key
from {.trash}
where row_key in {listed:$2} and {postgresql:table_id in (select k.table_id
		from dbcare.known_table as r
		join dbcare.known_table as k on k.place = r.place
			and (k.relid = r.relid or k.relid in (select p.relid from pg_catalog.pg_partition_tree(r.relid) as p))
		where r.table_id = $3) and '' <> }{sqlite:$3 is not null and table_name = }{kept_as:$1}
