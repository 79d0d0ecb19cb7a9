-- columns: statement
-- The statements that drop the triggers of tables without holds.
select printf('drop trigger main."%w"', t.name) as statement
from main.sqlite_schema as t
where t.type = 'trigger' and t.name glob 'dbcare_hold_[0-9]*'
	and cast(substr(t.name, 13) as integer) not in (select h.table_id from main.dbcare_hold as h)
