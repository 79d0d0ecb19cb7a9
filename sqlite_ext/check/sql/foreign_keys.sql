-- columns: id, table, from, to
-- The foreign keys of table $1 of schema $2, in the order of its definition.
select id, "table", "from", "to"
from temp.pragma_foreign_key_list($1, $2)
order by id desc, seq
