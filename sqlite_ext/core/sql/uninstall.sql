-- columns: statement
-- Statements that drop dbcare's triggers and tables.
select printf('drop %s main."%w"', type, name) as statement
from main.sqlite_schema
where type = 'table' and name in ({own_tables})
	or type = 'trigger' and (name glob 'dbcare_trash_*' or name glob 'dbcare_audit_[0-9]*' or name glob 'dbcare_hold_[0-9]*' or name glob 'dbcare_table_[0-9]*')
order by type desc, name
