-- columns: name, definition
-- The triggers of the application on table $1, those of the session too.
select cast(t.name as text) as name, cast(t.sql as text) as definition
from main.sqlite_schema as t
where t.type = 'trigger' and t.tbl_name = $1 collate nocase and t.name not glob 'dbcare_*'
union all
select cast(t.name as text), cast(t.sql as text)
from temp.sqlite_schema as t
where t.type = 'trigger' and t.tbl_name = $1 collate nocase and t.name not glob 'dbcare_*'
	and not exists (select 1 from temp.sqlite_schema as s where s.type in ('table', 'view') and s.name = t.tbl_name collate nocase)
order by 1
