-- The columns of the foreign keys of table $2 in schema $1, in the order they
-- were declared in: number, parent, column, and column of the parent, null where
-- that is its primary key.
select id, "table", "from", "to"
from pragma_foreign_key_list($2, $1)
order by id desc, seq
