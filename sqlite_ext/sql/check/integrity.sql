-- The problems integrity_check finds, or quick_check if $1 is 0, at most $2
-- rows of them.  One row can hold several lines.  An index is told by its name;
-- from SQLite 3.42 on, tables and indexes by the roots of their B-trees.  What
-- is wrong with values and not with the file, dbcheck_constraints tells better.
with recursive reserved (words) as (values ({reserved})),
found (place, lines) as materialized (
	select row_number() over (), replace(line, '*** in database main ***' || char(10), '')
	from (select *
		from (select integrity_check as line
			from pragma_integrity_check(null, 'main')
			where $1
			union all
			select quick_check
			from pragma_quick_check(null, 'main')
			where not $1)
		where line <> 'ok'
		limit $2)),
line (place, part, text, rest) as (
	select place, 0, null, lines || char(10)
	from found
	union all
	select place, part + 1, substr(rest, 1, instr(rest, char(10)) - 1),
		substr(rest, instr(rest, char(10)) + 1)
	from line
	where rest <> ''),
damaged as (
	select place, part, text, type, name
	from line
	left join main.sqlite_schema
		on text glob printf('Tree %d page *', rootpage) and rootpage
			or type = 'index' and substr(text, -length(name) - 7) = ' index ' || name
	where text <> ''
		and text not glob 'NULL value in *'
		and text not glob 'CHECK constraint failed in *'
		and text not glob '* value in *.*')
select case when name is null then 'main'
		when name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || name || ' ')
		then name else printf('"%w"', name) end,
	text,
	case when text glob 'Page * is never used' then 'warning' else 'critical' end,
	case when type = 'index' then printf('REINDEX main."%w";', name) end,
	null
from damaged
join reserved
order by place, part
