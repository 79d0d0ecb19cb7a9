-- columns: engine_version, database, read_only, size_bytes
-- The engine and the database: the name of its file, or memory.
select sqlite_version() as engine_version,
	coalesce(nullif(substr(file, 1 + length(rtrim(file, replace(file, '/', '')))),
		''), 'memory') as database,
	(select query_only from temp.pragma_query_only) as read_only,
	(select page_count * page_size
		from temp.pragma_page_count('main'), temp.pragma_page_size('main')) as size_bytes
from temp.pragma_database_list
where name = 'main'
