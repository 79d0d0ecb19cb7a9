-- columns: statement, table_id
-- Statements that drop dbcare's triggers of table $2, or of the one with the trigger that
-- error $1 of SQLite names after a column was dropped; the
-- numbers of the tables whose changes they log.
select printf('drop trigger main."%w"', o.name) as statement,
	iif(o.name glob 'dbcare_audit_*', cast(substr(o.name, 14) as integer), null) as table_id
from main.sqlite_schema as t
join main.sqlite_schema as o on o.type = 'trigger' and o.tbl_name = t.tbl_name
	and (o.name glob 'dbcare_trash_*' or o.name glob 'dbcare_audit_[0-9]*' and o.name not glob '*_column_[0-9]*')
where t.type = 'trigger' and (t.name glob 'dbcare_trash_*' or t.name glob 'dbcare_audit_[0-9]*')
	and (t.tbl_name = $2 collate nocase or instr($1, printf('error in trigger %s after drop column', t.name)))
group by o.name
order by o.name
