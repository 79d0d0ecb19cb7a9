-- The columns of the key of index $2 in schema $1: name, null for an expression,
-- and collation.
select name, coll
from pragma_index_xinfo($2, $1)
where key
order by seqno
