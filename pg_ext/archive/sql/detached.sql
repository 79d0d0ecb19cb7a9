-- columns: table_name, row_key, row_data, shape_id, place, image, is_gone
-- as owner
-- The rows that have lost a parent in batch $1, the last one first; whether the row was deleted in a later one, so that
-- another row may have its key.
select t.table_name, t.row_key, t.row_data, t.shape_id, t.place, cast(null as text) as image,
	coalesce((select d.batch_id from dbcare.trash as d
		where coalesce(d.key_values, d.row_key) = coalesce(t.key_values, t.row_key) and d.table_id = t.table_id
			and d.action = 'delete' and d.trash_id > t.trash_id
		order by d.trash_id limit 1) <> t.batch_id, false) as is_gone
from dbcare.trash as t
where t.batch_id = $1 and t.action = 'detach'
order by t.trash_id desc
