-- columns: is_stale
-- Whether a table whose columns dbcare's triggers name has changed since these were made.
with last as materialized (
	select r.table_name, r.definition || r.schema_row as form, max(r.shape_id) from main.dbcare_row_shape as r group by r.table_name
)
select exists (select 1
	from temp.dbcare_known as t
	cross join temp.dbcare_known as n on n.kind = 'table' and n.key = lower(t.tab)
	cross join main.sqlite_schema as s on s.rowid = n.place
	left join last as l on l.table_name = n.shown
	where t.kind in ('trash', 'link') and s.sql || s.rowid is not l.form) as is_stale
