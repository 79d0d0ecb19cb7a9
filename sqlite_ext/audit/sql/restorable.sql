-- columns: problem, last_place
-- Why rows of table $2 of schema $1 cannot be undone, as a clause; and a query of
-- the highest rowid, null if the table has none.
select null as problem, case when not t.wr then printf('select coalesce(max(rowid), 0) from "%w"."%w"', t."schema", t.name) end as last_place
from temp.pragma_table_list as t
where t."schema" = $1 and t.name = $2
