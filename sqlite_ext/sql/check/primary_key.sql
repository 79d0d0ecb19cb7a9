-- The columns of the primary key of table $2 in schema $1.
select name
from pragma_table_xinfo($2, $1)
where pk > 0
order by pk
