-- columns: type, name, table_name, sql, place
-- Every object of the user with its SQL, in the order of creation.  Left out:
-- objects of SQLite and of dbcare, and indexes of constraints.
select s.type, s.name, s.tbl_name as table_name, s.sql, s.rowid as place
from main.sqlite_schema as s
where s.sql is not null
	and s.name not glob 'sqlite_*'
	and s.tbl_name not glob 'dbcare_*'
	and not (s.type = 'trigger' and s.name glob 'dbcare_*')
	and s.tbl_name not in (select t.name from temp.pragma_table_list as t
		where t.schema = 'main' and t.type = 'shadow')
order by s.rowid
