-- columns: trash_id, action, line
-- The rows that this transaction has added to the trash after number $1: it is the only one
-- that writes.  The line is all that the trash has of the row.  The action is unlink where a row lost its parent before it
-- was deleted itself.
select t.trash_id, iif(t.action = 'detach' and exists (select 1 from main.dbcare_trash as d
		where d.trash_id > t.trash_id and d.action = 'delete' and d.table_name = t.table_name and d.row_key = t.row_key and d.place is t.place),
	'unlink', t.action) as action, json_object('action', t.action, 'table_name', t.table_name, 'shape_id', t.shape_id, 'row_key', t.row_key,
	'key_values', t.key_values, 'row_data', t.row_data, 'place', t.place, 'schema_row', t.schema_row, 'definition', t.definition,
	'deleted_at', t.deleted_at, 'deleted_by', t.deleted_by, 'reason', t.reason, 'image', t.image) as line
from main.dbcare_trash as t
where t.trash_id > $1
order by t.trash_id
