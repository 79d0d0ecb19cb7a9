-- columns: type, name, sql
-- The indexes and triggers of table $1 in the order of their creation.
select type, name, sql
from main.sqlite_schema
where tbl_name = $1 collate nocase and type in ('index', 'trigger')
	and sql is not null
order by rowid
