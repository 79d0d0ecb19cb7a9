-- columns: name, narg, flags, aggregate
-- The functions that are not SQLite's own, to register their names on another
-- connection.
select distinct name, narg, flags & (0x800 | 0x80000) as flags, -- DETERMINISTIC, DIRECTONLY
	type <> 's' as aggregate
from temp.pragma_function_list
where not builtin
order by name, narg
