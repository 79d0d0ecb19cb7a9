-- columns: name, sql
-- Table $1 of main, unless temp has an object of that name, or main has virtual
-- tables, whose shadow tables only pragma_table_list knows: that expands all views.
select name, cast(sql as text) as sql
from main.sqlite_schema
where type = 'table' and name = $1 collate nocase and name not glob 'sqlite_*schema' and rootpage > 0
	and not exists (select 1 from temp.sqlite_schema where name = $1 collate nocase)
	and not exists (select 1 from main.sqlite_schema where type = 'table' and coalesce(rootpage, 0) = 0)
