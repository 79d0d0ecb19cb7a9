-- columns: schema_name, table_name, shown, root_shown, table_id
-- kept
-- Table $2 of schema $1, twice: SQLite has no partitions.  No row unless it is
-- a user table in main.  That it is no view and no virtual table is known.
with reserved (words) as (values ({reserved}))
select 'main' as schema_name, name as table_name,
	iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || name || ' '), name, printf('"%w"', name)) as shown,
	iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || name || ' '), name, printf('"%w"', name)) as root_shown, 0 as table_id
from main.sqlite_schema
join reserved
where $1 = 'main' and name = $2 and type = 'table'
	and name not glob 'sqlite_*' and name not glob 'dbcare_*'
order by name
