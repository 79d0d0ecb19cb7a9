-- columns: is_deleted
-- Puts the row of line $2 of a file among the deleted rows, in batch $1; $3 is for SQLite,
-- where rows have no number of their table.
insert into dbcare.trash (trash_id, batch_id, action, table_name, root, table_id, is_secured, shape_id, row_key, key_values, row_data, place,
	not_kept, deleted_at, deleted_by, reason)
select {next:trash_trash_id_seq}, $1, t.action, t.table_name, t.root, t.table_id, t.is_secured, t.shape_id, t.row_key, t.key_values, t.row_data,
	t.place, t.not_kept, t.deleted_at, t.deleted_by, t.reason
from pg_catalog.jsonb_populate_record(cast(null as dbcare.trash), cast($2 as pg_catalog.jsonb)) as t
where $3 is not null
returning action = 'delete' as is_deleted
