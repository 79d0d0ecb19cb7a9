-- columns: trash_id, action, line
-- The rows that this transaction has added to the trash after number $1: it is the only one
-- that writes.  The line is all that the trash has of the row.
select t.trash_id, t.action, json_object('action', t.action, 'table_name', t.table_name, 'shape_id', t.shape_id, 'row_key', t.row_key,
	'key_values', t.key_values, 'row_data', t.row_data, 'place', t.place, 'schema_row', t.schema_row, 'definition', t.definition,
	'deleted_at', t.deleted_at, 'deleted_by', t.deleted_by, 'reason', t.reason) as line
from main.dbcare_trash as t
where t.trash_id > $1
order by t.trash_id
