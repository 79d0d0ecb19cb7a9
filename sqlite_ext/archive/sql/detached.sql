-- columns: table_name, row_key, row_data, shape_id, place, image, is_gone
-- The rows that have lost a parent in batch $1, the last one first; whether the row was deleted in a later one, so that
-- another row may have its key, or its rowid if that tells which it is.  VACUUM changes rowids: a row that was deleted with
-- the values of such a row may be it, too.
with lost as materialized (
	select *, iif(image is null, coalesce(key_values, row_key), place) as name
	from main.dbcare_trash where {in_batch} and action = 'detach'
), gone as materialized (
	select d.table_name, n.how, case n.how when 'place' then d.place when 'image' then d.row_data else coalesce(d.key_values, d.row_key) end as name,
		min(d.trash_id) as trash_id, d.batch_id
	from main.dbcare_trash as d
	cross join (select 'key' as how where exists (select 1 from lost as l where l.image is null)
		union all select w.how from (select 'place' as how union all select 'image') as w where exists (select 1 from lost as l where l.image is not null)) as n
	where d.action = 'delete' and d.trash_id > (select min(l.trash_id) from lost as l)
	group by 1, 2, 3
)
select t.table_name, t.row_key, t.row_data, t.shape_id, t.place, t.image,
	coalesce(g.batch_id <> $1 and g.trash_id > t.trash_id, i.batch_id <> $1 and i.trash_id > t.trash_id, t.image is not null and t.place is null) as is_gone
from lost as t
left join gone as g on g.table_name = t.table_name and g.how = iif(t.image is null, 'key', 'place') and g.name = t.name
left join gone as i on i.table_name = t.table_name and i.how = 'image' and i.name = t.image
order by t.trash_id desc
