-- columns: is_table, is_virtual, name, tab, place
-- The tables and triggers; see call/known_table.c.
select s.type = 'table' as is_table, coalesce(s.rootpage, 0) = 0 as is_virtual, coalesce(cast(s.name as text), '') as name,
	coalesce(cast(s.tbl_name as text), '') as tab, cast(s.rowid as text) as place
from main.sqlite_schema as s
where s.type in ('table', 'trigger')
