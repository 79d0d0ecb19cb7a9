-- columns: is_deleted
-- Puts the row of line $2 of a file among the deleted rows of table $3, in batch $1.
insert into main.dbcare_trash (batch_id, action, table_name, shape_id, row_key, key_values, row_data, place, schema_row, definition,
	deleted_at, deleted_by, reason, image)
select $1, json_extract(l.line, '$.action'), $3, json_extract(l.line, '$.shape_id'), json_extract(l.line, '$.row_key'),
	json_extract(l.line, '$.key_values'), json_extract(l.line, '$.row_data'), json_extract(l.line, '$.place'), json_extract(l.line, '$.schema_row'),
	json_extract(l.line, '$.definition'), json_extract(l.line, '$.deleted_at'), json_extract(l.line, '$.deleted_by'), json_extract(l.line, '$.reason'),
	json_extract(l.line, '$.image')
from (select $2 as line) as l
returning action = 'delete' as is_deleted
