-- columns: statement
-- Statements that drop the triggers of dbaudit_enable() from table $2 of schema
-- $1.
select printf('drop trigger main."%w"', name) as statement
from main.sqlite_schema
where type = 'trigger' and tbl_name = $2 collate nocase and $1 = 'main' and name glob 'dbcare_audit_[0-9]*'
order by name
