-- columns: is_stale
-- Whether a table whose columns dbcare's triggers name has changed since these were made.
select exists (select 1
	from main.sqlite_schema as t
	join main.sqlite_schema as s on s.type = 'table' and s.name = t.tbl_name
	where t.type = 'trigger' and t.name glob 'dbcare_trash_*'
		and s.sql || s.rowid is not (select r.definition || r.schema_row from main.dbcare_row_shape as r where r.table_name = {shown:s.name} order by r.shape_id desc limit 1)) as is_stale
