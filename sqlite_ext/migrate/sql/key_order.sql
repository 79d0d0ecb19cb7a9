-- columns: names
-- The columns of the key of table $1, in its order; null if it has none.
select nullif(json_group_array(c.name), '[]') as names
from (select x.name from temp.pragma_table_xinfo($1, 'main') as x where x.pk > 0 order by x.pk) as c
