-- columns: database_name, user_name, state, connections, oldest_seconds, waiting, connection_limit
-- This connection; SQLite does not list others.
select coalesce(nullif(substr(file, 1 + length(rtrim(file, replace(file, '/', '')))),
		''), 'memory') as database_name,
	null as user_name,
	'active' as state,
	1 as connections,
	null as oldest_seconds,
	0 as waiting,
	null as connection_limit
from temp.pragma_database_list
where name = 'main'
