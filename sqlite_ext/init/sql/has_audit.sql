-- columns: name, policy
-- Tables that are logged, and have their triggers.
select a.table_name as name, null as policy
from main.dbcare_audited_table as a
where a.disabled_at is null and (select count(*) from main.sqlite_schema as t
	where t.type = 'trigger' and t.name glob 'dbcare_audit_' || a.table_id || '_[iud]*') = 3
