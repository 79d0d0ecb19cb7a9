-- The temporary triggers that may be of table $1: name, SQL and whether there is
-- a temporary table, or view, of that name.
select t.name, t.sql,
	exists (select o.name from temp.sqlite_schema as o
		where o.name = $1 collate nocase and o.type in ('table', 'view'))
from temp.sqlite_schema as t
where t.type = 'trigger' and t.tbl_name = $1 collate nocase
order by t.rowid
