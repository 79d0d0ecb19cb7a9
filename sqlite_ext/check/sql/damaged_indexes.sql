-- columns: shown, problem, statement, probe
-- The damaged indexes: name, problem, the statement that rebuilds it, and no
-- query to verify that.  PRAGMA integrity_check reports the name of an index at
-- the end of a line; newer versions of SQLite treat a number as argument as the
-- name of a table.  Tables that call unsafe functions are skipped.
with reserved (words) as (values ({reserved})),
{checkable},
scope (name) as materialized (
	select name
	from main.sqlite_schema
	where type = 'table' and rootpage > 0
		and (not exists (select 1 from unsafe) or name in (select name from checkable))),
problem (line, index_name) as materialized (
	select integrity_check, case when integrity_check glob 'row [0-9]* missing from index *'
			then substr(integrity_check, instr(integrity_check, ' missing from index ') + 20)
		when integrity_check glob 'wrong # of entries in index *' then substr(integrity_check, 29)
		when integrity_check glob 'non-unique entry in index *' then substr(integrity_check, 27) end
	from scope
	join temp.pragma_integrity_check(scope.name, 'main')
	where integrity_check <> 'ok'),
damaged as (
	select x.name, x.tbl_name, min(p.line) as line
	from problem as p
	join main.sqlite_schema as x on x.type = 'index' and x.name = p.index_name
	group by x.name)
select iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || name || ' '), name, printf('"%w"', name)) as shown,
	line as problem, printf('reindex main."%w"', name) as statement, null as probe
from damaged
join reserved
where $1 is null or $1 = iif(tbl_name glob '[a-z_]*' and tbl_name not glob '*[^a-z0-9_]*'
	and not instr(words, ' ' || tbl_name || ' '), tbl_name, printf('"%w"', tbl_name))
order by name
