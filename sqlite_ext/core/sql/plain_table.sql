-- columns: name, sql, root
-- kept
-- Table $1 of main, all virtual tables of main, and what temp has of that name, both
-- with the root 0: pragma_table_list, which tells them apart, expands all views.
select s.name, cast(s.sql as text) as sql, coalesce(s.rootpage, 0) as root
from (select k.place from temp.dbcare_known as k where k.kind = 'table' and k.key = $1
	union
	select k.place from temp.dbcare_known as k where k.kind = 'virtual') as k
cross join main.sqlite_schema as s on s.rowid = k.place
where s.name not glob 'sqlite_*schema'
union all
select name, null, 0
from temp.sqlite_schema
where name = $1 collate nocase
