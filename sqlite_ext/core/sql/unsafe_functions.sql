-- columns: name
-- The functions that stored SQL must not call: all but SQLite's own and those that
-- the application has registered with SQLITE_INNOCUOUS.  A name is listed if any of
-- its functions is unsafe: which of them a call means depends on the number of its
-- arguments and the encoding, and one of the application may replace SQLite's own.
-- SQLite 3.38 to 3.40 did not mark its own functions of JSON.  In no order, some
-- twice: each call of dbcare asks.
select name
from temp.pragma_function_list
where flags & 0x80000 <> 0 -- SQLITE_DIRECTONLY
	or flags & 0x200000 = 0 -- SQLITE_INNOCUOUS
		and not (builtin and (name glob 'json_*' or name in ('json', '->', '->>')))
