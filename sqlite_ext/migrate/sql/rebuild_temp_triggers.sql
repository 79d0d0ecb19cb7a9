-- columns: name, sql, shadow
-- The temporary triggers that may belong to table $1; shadow is whether a temporary
-- table or view of that name is older (0) or newer (1) than the trigger, or null.
select t.name, t.sql,
	(select o.rowid > t.rowid from temp.sqlite_schema as o
		where o.name = $1 collate nocase and o.type in ('table', 'view')) as shadow
from temp.sqlite_schema as t
where t.type = 'trigger' and t.tbl_name = $1 collate nocase
order by t.rowid
