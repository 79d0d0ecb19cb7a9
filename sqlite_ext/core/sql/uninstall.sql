-- columns: statement
-- Statements that drop dbcare's tables.
select printf('drop table main."%w"', name) as statement
from main.sqlite_schema
where type = 'table' and name in ({own_tables})
order by name
