-- columns: name, sql, root
-- Table $1 of main, all virtual tables of main, and what temp has of that name, both
-- with the root 0: pragma_table_list, which tells them apart, expands all views.
select name, cast(sql as text) as sql, coalesce(rootpage, 0) as root
from main.sqlite_schema
where type = 'table' and (name = $1 collate nocase or coalesce(rootpage, 0) = 0)
	and name not glob 'sqlite_*schema'
union all
select name, null, 0
from temp.sqlite_schema
where name = $1 collate nocase
