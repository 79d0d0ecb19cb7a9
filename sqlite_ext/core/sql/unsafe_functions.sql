-- columns: name
-- The functions that stored SQL must not call: DIRECTONLY functions, and, if
-- the schema is not trusted ($1 is 0), those that are not INNOCUOUS.  In no order, some twice: each call of dbcare asks.
select name
from temp.pragma_function_list
where flags & 0x80000 <> 0 or ($1 = 0 and flags & 0x200000 = 0)
