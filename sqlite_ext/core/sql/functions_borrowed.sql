-- columns: name, narg, deterministic
-- The application's functions for a connection that lacks them, except those
-- that stored SQL must not call (see unsafe_functions.sql): name, number of
-- arguments, flags.
select distinct name, narg, flags & 0x800 as deterministic -- SQLITE_DETERMINISTIC
from temp.pragma_function_list
where not builtin and type = 's' and flags & 0x80000 = 0
	and ($1 <> 0 or flags & 0x200000 <> 0)
order by name, narg
