-- columns: name
-- The columns of table $2 of schema $1.
select name
from temp.pragma_table_xinfo($2, $1)
where hidden <> 1
order by cid
