-- columns: table_name, column_name
-- The columns that named the files that are not removed, of table $1, or of all
-- tables if that is null.
select distinct table_name, column_name
from {.left_file}
where removed_at is null and ($1 is null or table_name = $1)
order by table_name, column_name
