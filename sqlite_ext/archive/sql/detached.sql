-- columns: table_name, row_key, row_data, shape_id, place, image, is_gone
-- The rows that have lost a parent in batch $1, the last one first; whether the row was deleted in a later one, so that
-- another row may have its key.
with lost as materialized (
	select * from main.dbcare_trash where {in_batch} and action = 'detach'
)
select t.table_name, t.row_key, t.row_data, t.shape_id, t.place, t.image,
	coalesce(g.batch_id <> $1 and g.trash_id > t.trash_id and t.image is null, false) as is_gone
from lost as t
left join (
	select d.table_name, coalesce(d.key_values, d.row_key) as row_key, min(d.trash_id) as trash_id, d.batch_id
	from main.dbcare_trash as d
	where d.action = 'delete' and d.trash_id > (select min(l.trash_id) from lost as l)
	group by 1, 2) as g on g.table_name = t.table_name and g.row_key = coalesce(t.key_values, t.row_key)
order by t.trash_id desc
