-- columns: type, name, table_name, sql, place
-- Every object of the user with the text that defines it, in the order they
-- were made.  Left out: what belongs to SQLite or to dbcare, and indexes made
-- by a constraint.
select s.type, s.name, s.tbl_name as table_name, s.sql, s.rowid as place
from main.sqlite_schema as s
where s.sql is not null
	and s.name not glob 'sqlite_*'
	and s.tbl_name not glob 'dbcare_*'
	and s.tbl_name not in (select t.name from temp.pragma_table_list as t
		where t.schema = 'main' and t.type = 'shadow')
order by s.rowid
