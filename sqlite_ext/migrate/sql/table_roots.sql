-- columns: name, rootpage
-- Tables and the pages where they begin.
select s.name, s.rootpage
from main.sqlite_schema as s
where s.type = 'table' and s.rootpage > 0
order by s.rowid
