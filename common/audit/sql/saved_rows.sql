-- columns: quarantine_id, row_data, row_left, saved_at
-- as owner
-- The rows of table $1, which has number $3, with a key of list $2 that repairs have saved,
-- and when.
select quarantine_id, row_data, row_left,
	coalesce((select {postgresql:cast(r.happened_at as text)}{sqlite:r.happened_at} from {.repair} as r where r.repair_id = q.repair_id), '9999-12-31T00:00:00.000Z') as saved_at
from {.quarantine} as q
where q.row_key in {listed:$2} and {postgresql:q.table_id in (select k.table_id
		from dbcare.known_table as r
		join dbcare.known_table as k on k.place = r.place
			and (k.relid = r.relid or k.relid in (select p.relid from pg_catalog.pg_partition_tree(r.relid) as p))
		where r.table_id = $3) and $1 is not null}{sqlite:q.table_name = $1 and $3 is not null}
