-- columns: schema, name
-- The user tables, for dbcheck of the whole database: schema and name.
select "schema", name
from temp.pragma_table_list
where "schema" = 'main' and type = 'table' and name not glob 'sqlite_*'
	and name not glob 'dbcare_*'
order by name
