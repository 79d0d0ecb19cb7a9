-- columns: has_trash, is_logged
-- Whether deleted rows of table $1 are kept in the trash, and whether its changes are
-- logged.
select exists (select 1 from main.sqlite_schema as t
		where t.type = 'trigger' and t.tbl_name = $1 collate nocase and t.name glob 'dbcare_trash_*' and t.name not glob 'dbcare_trash_link_[0-9]*') as has_trash,
	exists (select 1 from main.sqlite_schema as t
		where t.type = 'trigger' and t.tbl_name = $1 collate nocase and t.name glob 'dbcare_audit_[0-9]*') as is_logged
