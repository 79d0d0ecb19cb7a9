-- columns: {finding}
-- Reads pragma_table_xinfo.  Only rowid tables accept a null in a primary key,
-- and only if it is not the rowid. typeof() is required because SQLite assumes
-- that NOT NULL columns contain no null; those are left to
-- constraint_violations.
select null as severity, {shown:name} as object, null as value,
	group_concat({shown:key}, ', ') as detail, null as fix_sql, null as reason,
	printf('select nullif(count(*), 0) from main."%w" not indexed where %s',
		name, group_concat(printf('typeof("%w") = ''null''', key), ' or ')) as probe
from (
	select t.name, c.name as key
	from temp.pragma_table_list as t
	join temp.pragma_table_xinfo(t.name, 'main') as c
	where t.schema = 'main' and t.type = 'table' and not t.wr
		and t.name not glob 'sqlite_*' and t.name not glob 'dbcare_*'
		and c.pk and not c."notnull"
		and exists (select 1 from temp.pragma_index_list(t.name, 'main')
			where origin = 'pk')
	order by t.name, c.pk)
group by name
order by name
