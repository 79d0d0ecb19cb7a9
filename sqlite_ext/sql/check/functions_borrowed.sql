-- The functions that are not SQLite's own, for a connection that lacks them:
-- name, number of arguments, flags.
select distinct name, narg, flags & 0x800 -- SQLITE_DETERMINISTIC
from pragma_function_list
where not builtin and type = 's'
order by name, narg
