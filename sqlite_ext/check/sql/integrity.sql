-- columns: object, problem, severity, fix_sql, probe
-- The damage of pages; if there is none, the problems found by integrity_check,
-- or quick_check if $1 is 0, at most $2 rows.  With damaged pages SQLite's own
-- checks name neither the table nor what can be read, report what follows from
-- the damage, or fail; REINDEX and VACUUM fail, too.  A row about B-trees can
-- contain several lines; the names in any other can be like another line.  An
-- index is reported by name; since SQLite 3.42 tables and indexes by
-- the roots of their B-trees.  Invalid values in an intact file are left to
-- dbcheck_constraints, which reports them better; but after 100 problems of any
-- kind the search ends.  A null in the key of a shadow table is damage of its
-- virtual table.
with recursive page (place, type, name, text) as materialized (
	select id, json_extract(value, '$.type'), json_extract(value, '$.name'), json_extract(value, '$.problem')
	from temp.json_each(dbcare_damage(1))),
{checkable},
found (place, lines, is_tree) as materialized (
	select row_number() over (), replace(line, '*** in database main ***' || char(10), ''),
		substr(line, 1, 24) = '*** in database main ***'
	from (select *
		from (select integrity_check as line
			from checkable
			join temp.pragma_integrity_check(checkable.name, 'main')
			where $1 and not exists (select 1 from page)
			union all
			select quick_check
			from checkable
			join temp.pragma_quick_check(checkable.name, 'main')
			where not $1 and not exists (select 1 from page))
		where line <> 'ok'
		limit $2)),
line (place, part, text, rest, is_tree) as (
	select place, 0, iif(is_tree, null, lines), iif(is_tree, lines || char(10), ''), is_tree
	from found
	union all
	select place, part + 1, substr(rest, 1, instr(rest, char(10)) - 1),
		substr(rest, instr(rest, char(10)) + 1), is_tree
	from line
	-- limits the recursion: an application may have replaced instr()
	where rest <> '' and part < 1000),
told (place, part, text, severity) as (
	select place, part, text,
		case when not is_tree and {of_value:text} then null
			when is_tree and (text glob 'Page * is never used' or text glob 'Page *: never used')
				then 'warning'
			else 'critical' end
	from line
	where text <> ''),
damaged (place, part, text, severity, type, name) as (
	select place, 0, text, 'critical', null, iif(type = 'file', null, name)
	from page
	union all
	select place, part, text, severity, type, name
	from told
	left join main.sqlite_schema
		on text glob printf('Tree %d page *', rootpage) and rootpage
			or type = 'index' and substr(text, -length(name) - 7) = ' index ' || name
	where severity is not null
	union all
	select 101, 0, 'the check stopped at 100 problems: fix the rows listed by'
		|| ' dbcheck_constraints(), then repeat the check',
		'unknown', null, null
	from (select count(*) as problems, total(severity is 'critical') as damages from told)
	where problems >= 100 and damages = 0
	union all
	select 102, 0, reason || ': this table and the free pages of the file were not checked',
		'unknown', 'table', name
	from unsafe),
listed (place, name, problem, severity, probe) as (
	-- before SQLite 3.44 only a writing statement can check a full-text table
	select 103, name, printf('this version of SQLite can only check it with INSERT INTO "%w" ("%w")'
			|| ' VALUES (''integrity-check'')', name, name), 'unknown', null
	from temp.pragma_table_list as t
	where schema = 'main' and type = 'virtual'
		and json_extract('[' || replace(sqlite_version(), '.', ',') || ']', '$[1]') < 44
		and exists (select 1 from temp.pragma_table_list as s where s.schema = 'main'
			and s.type = 'shadow' and s.name in (t.name || '_idx', t.name || '_segdir'))
	union all
	select 104, name, null, 'warning',
		printf('select iif(n = 1, ''1 row has'', n || '' rows have'') || '' text in '' || substr(columns, 3)'
			|| ' || '' that is not valid UTF-8'' from (select count(*) as n, %s as columns'
			|| ' from main."%w" where %s) where n > 0', columns, name, test)
	from (select t.name,
			group_concat(printf('iif(sum(dbcare_invalid_text("%w")) > 0, %Q, '''')', c.name, ', ' || c.name), ' || ') as columns,
			group_concat(printf('dbcare_invalid_text("%w")', c.name), ' or ') as test
		from temp.pragma_table_list as t
		join temp.pragma_table_xinfo(t.name, 'main') as c on c.hidden = 0
		where $1 and t.schema = 'main' and t.type = 'table' and t.name not glob 'sqlite_*'
			and t.name not glob 'dbcare_*'
		group by t.name)
	where not exists (select 1 from page))
select iif(name is null, 'main', {shown:name}) as object, problem, severity, fix_sql, probe
from (select place, part, name, text as problem, severity,
		case when type = 'index' then printf('REINDEX main."%w";', name) end as fix_sql, null as probe
	from damaged
	union all
	select place, 0, name, problem, severity, null, probe
	from listed)
order by place, part, name
