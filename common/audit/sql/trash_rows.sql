-- columns: trash_id, row_data, deleted_at, row_key
-- as owner
-- The deleted rows of table $1, which has number $3, with one of the keys $2, a JSON array; times
-- are exact, since columns may have changed within the same millisecond.
select trash_id, row_data, {postgresql:cast(deleted_at as text) as deleted_at}{sqlite:deleted_at}, row_key
from {.trash}
where row_key in {postgresql:(select k.value from pg_catalog.json_array_elements_text(cast($2 as pg_catalog.json)) as k (value))
	and table_id in (select k.table_id
		from dbcare.known_table as r
		join dbcare.known_table as k on k.place = r.place
			and (k.relid = r.relid or k.relid in (select p.relid from pg_catalog.pg_partition_tree(r.relid) as p))
		where r.table_id = $3) and $1 is not null}{sqlite:(select k.value from temp.json_each($2) as k) and table_name = $1 and $3 is not null}
