-- columns: none
-- The rows of the trash after number $1 up to $2 are going to be deleted for good.  A row without a key, or with a null in it,
-- that has lost a parent before may be one of them: another one could have its rowid and its values later, and would get that
-- parent.  It has no place any more.
with link as materialized (
	select l.trash_id, l.table_name, l.place, l.image
	from main.dbcare_trash as l
	where l.image is not null and l.place is not null
), deletion as materialized (
	select d.trash_id, d.table_name, d.place, d.row_data
	from main.dbcare_trash as d
	where d.trash_id > $1 and d.trash_id <= $2 and d.action = 'delete' and d.table_name in (select l.table_name from link as l)
)
update main.dbcare_trash as l
set place = null
where l.trash_id in (select l.trash_id from link as l join deletion as d on d.table_name = l.table_name and d.place = l.place and d.trash_id > l.trash_id
	union all
	select l.trash_id from link as l join deletion as d on d.table_name = l.table_name and d.row_data = l.image and d.trash_id > l.trash_id)
