-- columns: header
-- as owner
-- The first line of a file with the deleted rows of list $2, of table $1: the columns that they
-- had, with their types, by the shapes that the rows name.
select cast(pg_catalog.jsonb_build_object('table', cast($1 as text), 'shapes', (
	select pg_catalog.jsonb_object_agg(cast(s.shape_id as text), cast(s.columns as pg_catalog.jsonb))
	from dbcare.row_shape as s
	where s.shape_id in (select t.shape_id from dbcare.trash as t
		where t.trash_id in (select cast(k.value as bigint) from pg_catalog.json_array_elements_text(cast($2 as pg_catalog.json)) as k (value)))
	)) as text) as header
