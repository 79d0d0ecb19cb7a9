-- columns: name
-- The attached databases except dbcare's file of samples.
select name
from temp.pragma_database_list
where name not in ('main', 'temp', 'dbcare samples')
order by seq
