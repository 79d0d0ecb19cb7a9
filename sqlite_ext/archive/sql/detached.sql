-- columns: table_name, row_key, row_data, shape_id, place, image, is_gone
-- The rows that have lost a parent in batch $1, the last one first; whether the row was deleted in a later one, so that
-- another row may have its key, or its rowid if that tells which it is.
with lost as materialized (
	select *, iif(image is null, coalesce(key_values, row_key), place) as name
	from main.dbcare_trash where {in_batch} and action = 'detach'
), gone as materialized (
	select d.table_name, n.by_place, iif(n.by_place, d.place, coalesce(d.key_values, d.row_key)) as name, min(d.trash_id) as trash_id, d.batch_id
	from main.dbcare_trash as d
	cross join (select distinct l.image is not null as by_place from lost as l) as n
	where d.action = 'delete' and d.trash_id > (select min(l.trash_id) from lost as l)
	group by 1, 2, 3
)
select t.table_name, t.row_key, t.row_data, t.shape_id, t.place, t.image,
	coalesce(g.batch_id <> $1 and g.trash_id > t.trash_id, false) as is_gone
from lost as t
left join gone as g on g.table_name = t.table_name and g.by_place = (t.image is not null) and g.name = t.name
order by t.trash_id desc
