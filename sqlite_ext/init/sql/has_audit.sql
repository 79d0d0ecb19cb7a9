-- columns: name, policy
-- Tables that are logged, and have their triggers.
select a.table_name as name, null as policy
from main.dbcare_audited_table as a
where a.disabled_at is null and (select count(*) from temp.dbcare_known as t
	where t.kind = 'audit' and t.key in (printf('dbcare_audit_%d_insert', a.table_id), printf('dbcare_audit_%d_update', a.table_id),
		printf('dbcare_audit_%d_delete', a.table_id))) = 3
