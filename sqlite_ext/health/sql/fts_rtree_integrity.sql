-- columns: {finding}
-- Full-text and R-tree tables, recognized by their shadow tables.  Before
-- SQLite 3.44 only a writing statement can check a full-text table.
with version (number) as (
	select json_extract(part, '$[0]') * 1000 + json_extract(part, '$[1]')
	from (select '[' || replace(sqlite_version(), '.', ',') || ']' as part)),
listed as materialized (
	select name, type from temp.pragma_table_list where schema = 'main'),
indexed as (
	select name,
		name || '_node' in (select name from listed where type = 'shadow')
			as is_rtree
	from listed
	where type = 'virtual' and (
		name || '_node' in (select name from listed where type = 'shadow')
		or name || '_idx' in (select name from listed where type = 'shadow')
		or name || '_segdir' in (select name from listed where type = 'shadow')))
select iif(is_rtree or number >= 3044, 'critical', 'unknown') as severity, {shown:name} as object,
	null as value,
	iif(is_rtree, 'see rtreecheck()', 'the index does not match the text') as detail,
	iif(is_rtree or number < 3044, null,
		printf('INSERT INTO main."%w" ("%w") VALUES (''rebuild'');', name, name)) as fix_sql,
	iif(is_rtree or number >= 3044, null,
		printf('this version of SQLite can only check it with INSERT INTO "%w" ("%w")'
			|| ' VALUES (''integrity-check'')', name, name)) as reason,
	case when is_rtree
			then printf('select 1 where rtreecheck(''main'', %Q) <> ''ok''', name)
		when number >= 3044
			then printf('select 1 from temp.pragma_quick_check(%Q, ''main'')'
				|| ' where quick_check <> ''ok'' limit 1', name) end as probe
from indexed
join version
order by name
