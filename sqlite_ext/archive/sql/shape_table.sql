-- columns: table_name, is_same
-- The table with the name $1, into which rows with the columns $2 return; null: there is
-- none.  Whether it is the one that they were deleted from, its columns tell.
select max(s.shown) as table_name, $2 is not null as is_same
from temp.dbcare_known as s
where s.kind = 'table' and s.shown = $1
