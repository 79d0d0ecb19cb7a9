-- columns: {finding}
-- Views that SQLite cannot compile, because a table or a column they read does
-- not exist.
select 'warning' as severity, {shown:key} as object, null as value, value as detail,
	null as fix_sql, null as reason, null as probe
from temp.json_each(dbcare_broken_views())
order by key
