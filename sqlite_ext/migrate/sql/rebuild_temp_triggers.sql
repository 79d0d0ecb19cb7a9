-- columns: name, sql, shadow
-- The temporary triggers that may be of table $1: name, SQL, and whether there
-- was (0), is by now (1) or is not (null) a temporary table or view of that name.
select t.name, t.sql,
	(select o.rowid > t.rowid from temp.sqlite_schema as o
		where o.name = $1 collate nocase and o.type in ('table', 'view')) as shadow
from temp.sqlite_schema as t
where t.type = 'trigger' and t.tbl_name = $1 collate nocase
order by t.rowid
