-- columns: query
-- The query whose result is a parameter of tables.sql and size.sql: as JSON,
-- the rows of each analyzed table and the bytes and free bytes of each B-tree.
-- A query returns its text, because a static one cannot name sqlite_stat1
-- before the first ANALYZE, nor dbstat in a library built without it.
select printf('select json_object(''rows'', json((%s)), ''trees'', json((%s)))',
	iif(exists (select 1 from main.sqlite_schema where name = 'sqlite_stat1'),
		'select json_group_object(tbl, rows) from ('
			|| 'select tbl, max(cast(stat as integer)) as rows'
			|| ' from main.sqlite_stat1 group by tbl)',
		'''{}'''),
	iif(exists (select 1 from temp.pragma_module_list where name = 'dbstat'),
		'select json_group_object(name, json_array(pgsize, unused))'
			|| ' from temp.dbstat(''main'', 1)',
		'''{}''')) as query
