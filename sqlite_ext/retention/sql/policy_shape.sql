-- columns: columns
-- The columns of table $2 of schema $1 as a policy notes them: their names, in order.
select json_group_array(c.name) as columns
from (select x.name from temp.pragma_table_xinfo($2, $1) as x order by x.cid) as c
