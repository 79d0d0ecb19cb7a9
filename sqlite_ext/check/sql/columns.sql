-- columns: name, type, notnull, pk, has_key_index
-- The columns of table $1 of schema $2, and whether its primary key has an
-- index, which a rowid alias does not have.
select name, type, "notnull", pk,
	exists (select 1 from temp.pragma_index_list($1, $2) where origin = 'pk') as has_key_index
from temp.pragma_table_xinfo($1, $2)
order by cid
