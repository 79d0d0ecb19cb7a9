-- columns: {finding}
-- The damage of pages; if there is none, the first problem of quick_check:
-- continuing may fail because of the damage and report nothing.  Hence the limit;
-- newer versions of SQLite treat a number as argument as the name of a table.  A
-- row can contain several lines.  Since SQLite 3.42 tables and indexes are
-- reported by the roots of their B-trees.  Invalid values in an intact file are
-- reported by other checks; after 100 of them the search ends.
with page (place, type, name, text) as materialized (
	select id, json_extract(value, '$.type'), json_extract(value, '$.name'), json_extract(value, '$.problem')
	from temp.json_each(dbcare_damage(1))),
{checkable},
problem (text) as materialized (
	select iif(of_value, null, substr(lines, 1, instr(lines, char(10)) - 1))
	from (select row_number() over (partition by name) as place,
			replace(quick_check, '*** in database main ***' || char(10), '') || char(10) as lines,
			{of_value:quick_check} as of_value
		from checkable
		join temp.pragma_quick_check(checkable.name, 'main')
		where quick_check <> 'ok' and not exists (select 1 from page))
	where not of_value or place = 100
	limit 1),
damaged as (
	select text, type, name
	from problem
	left join main.sqlite_schema on text glob printf('Tree %d page *', rootpage) and rootpage)
select 'critical' as severity, iif(type = 'file', 'main', {shown:name}) as object,
	null as value, text as detail, null as fix_sql, null as reason, null as probe
from page
union all
select iif(text is null, 'unknown', 'critical'),
	case when name is null then 'main'
		else {shown:name} end,
	null, text,
	case when type = 'index' then printf('REINDEX main."%w";', name) end,
	iif(text is null, 'quick_check stopped at 100 problems: fix'
		|| ' the rows listed by dbcheck_constraints(), then repeat the check', null),
	null
from damaged
union all
select 'unknown', {shown:name}, null, null, null,
	reason, null
from unsafe
