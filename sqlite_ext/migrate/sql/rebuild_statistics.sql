-- columns: name
-- The tables in which ANALYZE keeps what it finds.
select name
from main.sqlite_schema
where type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4')
order by name
