-- columns: batch_id
-- As archive/add_flag with $4, $5 and $6 in the place of $2, $3 and $4, for the table with OID $1, name $2 and place $3 that
-- archive/known_table finds.
insert into dbcare.trash (trash_id, batch_id, action, table_name, row_key, row_data, deleted_at, deleted_by, reason, table_id)
select {next:trash_trash_id_seq}, {next:trash_batch}, 'flag', $2, $4, '1', {now}, $5, $6, k.table_id
from dbcare.known_table as k
join dbcare.archived_table as a on a.table_id = k.table_id
where k.relid = cast($1 as pg_catalog.oid) and k.table_name = $2 and k.place = $3
returning batch_id
