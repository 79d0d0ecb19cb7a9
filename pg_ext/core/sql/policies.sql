-- columns: statement
-- The statements that make the policies of dbcare's tables which are missing: who
-- is subject to row security of a table does not see what dbcare keeps of its
-- rows.  A table that no longer exists counts as it was.  Nobody schedules a backup
-- as another role.
select pg_catalog.format('create policy visible on dbcare.%I using (%s) with check (%s)', p.name, p.condition, p.written) as statement
from (values
	('trash', 'action = ''flag'' or not coalesce('
		'pg_catalog.row_security_active(pg_catalog.to_regclass(table_name)) or pg_catalog.row_security_active(pg_catalog.to_regclass(root)), '
		'pg_catalog.row_security_active(pg_catalog.to_regclass(table_name)), pg_catalog.row_security_active(pg_catalog.to_regclass(root)), '
		'is_secured)', 'true'),
	('audit_entry', 'shape_id in (select s.shape_id from dbcare.audit_shape as s '
		'join dbcare.audited_table as t on t.table_id = s.table_id '
		'where not coalesce(pg_catalog.row_security_active(pg_catalog.to_regclass(t.table_name)), t.is_secured))', 'true'),
	('left_file', 'not coalesce(pg_catalog.row_security_active(pg_catalog.to_regclass(table_name)), false)', 'true'),
	('schedule', 'true', 'schedule_id = 1 or role_name = current_user')) as p (name, condition, written)
where not exists (select from pg_catalog.pg_policy as o
	where o.polrelid = pg_catalog.to_regclass('dbcare.' || p.name) and o.polname = 'visible')
order by p.name
