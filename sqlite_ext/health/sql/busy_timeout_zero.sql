-- columns: {finding}
-- Reads pragma_busy_timeout; it is also 0 if the application has a busy
-- handler.  A database without a file has no other writers.
select 'info' as severity, 'busy_timeout' as object, null as value, null as detail, 'PRAGMA busy_timeout = 5000;' as fix_sql, null as reason,
	null as probe
from temp.pragma_busy_timeout
where timeout = 0 and json_extract($7, '$.in_file')
