-- columns: {finding}
-- Tables, whose text is read by one probe each; generated columns are computed
-- from others.
select 'warning' as severity, {shown:name} as object, null as value, null as detail,
	null as fix_sql, null as reason,
	printf('select n, iif(n = 1, ''1 row has'', n || '' rows have'') || '' text in '' || substr(columns, 3)'
		|| ' || '' that is not valid UTF-8'' from (select count(*) as n, %s as columns'
		|| ' from main."%w" where %s) where n > 0', columns, name, test) as probe
from (select t.name,
		group_concat(printf('iif(sum(dbcare_invalid_text("%w")) > 0, %Q, '''')', c.name, ', ' || c.name), ' || ') as columns,
		group_concat(printf('dbcare_invalid_text("%w")', c.name), ' or ') as test
	from temp.pragma_table_list as t
	join temp.pragma_table_xinfo(t.name, 'main') as c on c.hidden = 0
	where t.schema = 'main' and t.type = 'table' and t.name not glob 'sqlite_*'
		and t.name not glob 'dbcare_*'
	group by t.name)
order by name
