-- columns: none
-- Adds objects to snapshot_object that are new in today's schema.
insert into main.dbcare_snapshot_object (type, name, parent, position, definition)
select s.type, s.name, s.tbl_name, s.rowid, s.sql
from main.sqlite_schema as s
where s.sql is not null
	and s.name not glob 'sqlite_*'
	and s.tbl_name not glob 'dbcare_*'
	and not (s.type = 'trigger' and s.name glob 'dbcare_*')
	and s.tbl_name not in (select t.name from temp.pragma_table_list as t
		where t.schema = 'main' and t.type = 'shadow')
	and not exists (select 1 from main.dbcare_snapshot_object as o
		where o.type = s.type and o.name = s.name)
