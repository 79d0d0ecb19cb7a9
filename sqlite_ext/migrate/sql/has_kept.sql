-- columns: has_kept
-- Whether a table has triggers of dbcare that name its columns.
select exists (select 1 from main.sqlite_schema as t
	where t.type = 'trigger' and (t.name glob 'dbcare_trash_*' or t.name glob 'dbcare_audit_[0-9]*' or t.name glob 'dbcare_hold_[0-9]*')) as has_kept
