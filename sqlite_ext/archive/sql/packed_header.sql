-- columns: header
-- The first line of a file with the deleted rows of list $2, of table $1: the columns that they
-- had, and the statement that created their table, by the shapes that the rows name.
select json_object('table', $1, 'shapes', json((
	select json_group_object(cast(s.shape_id as text), json_object('columns', json(s.columns), 'definition', s.definition))
	from main.dbcare_row_shape as s
	where s.shape_id in (select t.shape_id from main.dbcare_trash as t where t.trash_id in (select k.value from temp.json_each($2) as k))
	))) as header
