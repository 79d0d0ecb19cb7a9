-- columns: row_key
-- as owner
-- The keys of the rows of table $1, which has number $2, in the trash and of those that repairs
-- have saved.
select t.row_key
from {.trash} as t
where t.row_key is not null and {postgresql:t.table_id in (select k.table_id
		from dbcare.known_table as r
		join dbcare.known_table as k on k.place = r.place
			and (k.relid = r.relid or k.relid in (select p.relid from pg_catalog.pg_partition_tree(r.relid) as p))
		where r.table_id = $2) and '' <> }{sqlite:$2 is not null and t.table_name = }{kept_as:$1}
union
select q.row_key
from {.quarantine} as q
where q.row_key is not null and {postgresql:q.table_id in (select k.table_id
		from dbcare.known_table as r
		join dbcare.known_table as k on k.place = r.place
			and (k.relid = r.relid or k.relid in (select p.relid from pg_catalog.pg_partition_tree(r.relid) as p))
		where r.table_id = $2) and $1 is not null}{sqlite:q.table_name = $1 and $2 is not null}
