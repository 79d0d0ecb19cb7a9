-- Reads pragma_busy_timeout; it is 0, too, if the application waits by a handler
-- of its own.  Nobody else writes to a database without a file.
select 'info', 'busy_timeout', null, null, 'PRAGMA busy_timeout = 5000;', null,
	null
from temp.pragma_busy_timeout
where timeout = 0 and json_extract($7, '$.in_file')
