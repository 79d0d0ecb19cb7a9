-- columns: name
-- The columns of a virtual table $2 of schema $1, including hidden ones.
select name
from temp.pragma_table_xinfo($2, $1)
order by cid
