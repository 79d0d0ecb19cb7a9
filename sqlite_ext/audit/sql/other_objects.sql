-- columns: kind, name, table_name
-- Triggers and indexes on the tables of the log, which dbcare has not made: they
-- can prevent that entries are written.
select s.type as kind, s.name, s.tbl_name as table_name
from main.sqlite_schema as s
where s.type in ('trigger', 'index') and s.tbl_name in ('dbcare_audited_table', 'dbcare_audit_shape', 'dbcare_audit_context',
		'dbcare_audit_entry', 'dbcare_audit_seal', 'dbcare_audit_key', 'dbcare_audit_current') and s.name not glob 'sqlite_autoindex_*'
	and s.name not in ('dbcare_audit_entry_row', 'dbcare_audit_entry_moved', 'dbcare_audit_context_actor')
order by s.tbl_name, s.name
