-- The unique indexes of table $2 in schema $1: name and origin.
select name, origin
from pragma_index_list($2, $1)
where "unique"
order by name
