-- columns: name, narg, deterministic
-- The application's functions for a connection that lacks them, if stored SQL may
-- call them (see trust/unsafe.c): name, number of arguments, flags.
select distinct name, narg, flags & 0x800 as deterministic -- SQLITE_DETERMINISTIC
from temp.pragma_function_list
where not builtin and type = 's' and flags & 0x80000 = 0 and flags & 0x200000 <> 0
order by name, narg
