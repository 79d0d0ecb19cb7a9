-- columns: table_name, is_same
-- The table with the name $1, into which rows with the columns $2 return; null: there is
-- none.  Whether it is the one that they were deleted from, its columns tell.
select max({shown:s.name}) as table_name, $2 is not null as is_same
from main.sqlite_schema as s
where s.type = 'table' and {shown:s.name} = $1
