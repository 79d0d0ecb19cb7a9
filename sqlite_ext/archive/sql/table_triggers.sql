-- columns: statement
-- The statements that drop the triggers of tables without policies whose deleted rows are
-- not kept.
select printf('drop trigger main."%w"', t.name) as statement
from main.sqlite_schema as t
where t.type = 'trigger' and t.name glob 'dbcare_table_[0-9]*'
	and cast(substr(t.name, 14) as integer) not in (select p.table_id from main.dbcare_policy as p
		union all select a.table_id from main.dbcare_archived_table as a)
