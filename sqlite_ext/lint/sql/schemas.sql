-- columns: name
-- What is attached to the connection, but for dbcare's own samples.
select name
from temp.pragma_database_list
where name not in ('main', 'temp', 'dbcare samples')
order by seq
