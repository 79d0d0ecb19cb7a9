-- Reads pragma_quick_check, and stops at its first problem: going on, it can run
-- into the damage itself and fail without telling any.  Hence the limit; a
-- number as its argument newer versions of SQLite take for the name of a table.
-- One row can hold several lines.  It tells a table by its name and, from SQLite
-- 3.42 on, tables and indexes by the roots of their B-trees.
with reserved (words) as (values ({reserved})),
problem (text) as materialized (
	select substr(lines, 1, instr(lines, char(10)) - 1)
	from (select replace(quick_check, '*** in database main ***' || char(10), '')
			|| char(10) as lines
		from pragma_quick_check(null, 'main')
		where quick_check <> 'ok'
		limit 1)),
damaged as (
	select text, type, name
	from problem
	left join main.sqlite_schema
		on text glob printf('Tree %d page *', rootpage) and rootpage
			or type = 'table' and instr(text || '.', ' in ' || name || '.')
	order by length(name) desc
	limit 1)
select 'critical',
	case when name is null then 'main'
		when name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || name || ' ')
		then name else printf('"%w"', name) end,
	null, text,
	case when type = 'index' then printf('REINDEX main."%w";', name) end,
	null, null
from damaged
join reserved
