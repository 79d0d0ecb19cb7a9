-- columns: is_stale
-- Whether a table whose columns dbcare's triggers name has changed since these were made.
with tab as materialized (
	select s.name, s.sql || s.rowid as form, cast({shown:s.name} as text) as shown from main.sqlite_schema as s where s.type = 'table'
), last as materialized (
	select r.table_name, r.definition || r.schema_row as form, max(r.shape_id) from main.dbcare_row_shape as r group by r.table_name
)
select exists (select 1
	from main.sqlite_schema as t
	cross join tab as s on s.name = t.tbl_name
	left join last as l on l.table_name = s.shown
	where t.type = 'trigger' and t.name glob 'dbcare_trash_*' and s.form is not l.form) as is_stale
