-- columns: table_name, parent, row_count
-- The number of rows of table $1 without parent, per parent table.
select min("table") as table_name, min(parent) as parent, count(*) as row_count
from temp.pragma_foreign_key_check($1, 'main')
group by lower(parent)
order by lower(parent)
