-- columns: {finding}
-- Reads two switches of this connection.
select 'critical' as severity, setting as object, null as value, state as detail,
	printf('PRAGMA %s = OFF;', setting) as fix_sql, null as reason, null as probe
from (
	select 'ignore_check_constraints' as setting,
		'CHECK constraints are not enforced, and integrity_check skips them' as state
	from temp.pragma_ignore_check_constraints
	where ignore_check_constraints
	union all
	select 'writable_schema', 'a plain UPDATE can destroy the schema'
	from temp.pragma_writable_schema
	where writable_schema)
order by setting
