-- columns: name
-- The tables in which ANALYZE stores its results.
select name
from main.sqlite_schema
where type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4')
order by name
