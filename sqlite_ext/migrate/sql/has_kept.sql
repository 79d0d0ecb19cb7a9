-- columns: has_kept, had_kept
-- Whether a table has triggers of dbcare that name its columns, and whether any has had them.
select exists (select 1 from main.sqlite_schema as t
	where t.type = 'trigger' and (t.name glob 'dbcare_trash_*' or t.name glob 'dbcare_audit_[0-9]*' or t.name glob 'dbcare_hold_[0-9]*')) as has_kept,
	exists (select 1 from main.dbcare_row_shape) or exists (select 1 from main.dbcare_audited_table) or exists (select 1 from main.dbcare_hold) as had_kept
