-- columns: statement
-- The statements that drop the triggers of tables without policies.
select printf('drop trigger main."%w"', t.name) as statement
from main.sqlite_schema as t
where t.type = 'trigger' and t.name glob 'dbcare_policy_[0-9]*'
	and cast(substr(t.name, 15) as integer) not in (select p.table_id from main.dbcare_policy as p)
