-- columns: name, rootpage
-- Tables and their root pages.
select s.name, s.rootpage
from main.sqlite_schema as s
where s.type = 'table' and s.rootpage > 0
order by s.rowid
