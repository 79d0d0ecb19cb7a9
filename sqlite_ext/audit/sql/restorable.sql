-- columns: last_place, is_partitioned
-- A query of the highest rowid of table $2 of schema $1, null if the table has
-- none; and whether it has partitions.
select case when not t.wr then printf('select coalesce(max(rowid), 0) from "%w"."%w"', t."schema", t.name) end as last_place,
	0 as is_partitioned
from temp.pragma_table_list($2) as t
where t."schema" = $1 and t.name = $2
