-- columns: {finding}
-- Reads pragma_table_xinfo.  Only unambiguous type names are checked: a date in
-- DATETIME or a shape in POINT is intended, whatever affinity SQLite derives
-- from these names.  STRICT tables are left to constraint_violations.
with numeric_type (name, fits) as (
	values ('int', 'integer'), ('integer', 'integer'), ('tinyint', 'integer'),
		('smallint', 'integer'), ('mediumint', 'integer'),
		('bigint', 'integer'), ('int2', 'integer'), ('int4', 'integer'),
		('int8', 'integer'), ('unsigned big int', 'integer'),
		('int unsigned', 'integer'), ('integer unsigned', 'integer'),
		('bigint unsigned', 'integer'),
		('real', 'real'), ('float', 'real'), ('double', 'real'),
		('double precision', 'real')),
typed as (
	select t.name,
		printf('typeof("%w") not in (''null'', ''%s'')', c.name, n.fits) as term,
		{shown:c.name} || ', ' as shown
	from temp.pragma_table_list as t
	join temp.pragma_table_xinfo(t.name, 'main') as c
	join numeric_type as n
		on n.name = lower(rtrim(substr(c.type, 1, instr(c.type || '(', '(') - 1)))
	where t.schema = 'main' and t.type = 'table' and not t.strict
		and t.name not glob 'sqlite_*' and t.name not glob 'dbcare_*'
		and c.hidden <> 2
		-- the rowid is always an integer
		and not (c.pk and lower(c.type) = 'integer' and not exists (
			select 1 from temp.pragma_index_list(t.name, 'main') where origin = 'pk'))
	order by t.name, c.cid)
select null as severity, {shown:name} as object, null as value, null as detail, null as fix_sql, null as reason,
	printf('select nullif(count(*), 0), rtrim(%s, '', '') from main."%w" not indexed where %s',
		group_concat(printf('max(case when %s then %Q else '''' end)', term, shown), ' || '),
		name, group_concat(term, ' or ')) as probe
from typed
group by name
order by name
