-- columns: statement
-- The statements that make the policies of dbcare's tables which are missing.  Rows
-- of a table are kept for roles that may read the table and to which its row
-- security does not apply; if that was enabled when the rows were kept, and is no
-- longer, for the owner of the table.  Rows of a dropped table are kept for its owner.
-- The log of changes is for roles that may read the log.  Nobody schedules a backup
-- as another role.
with visible (secured) as (
	select $sql$select k.table_id
	from dbcare.known_table as k
	left join {bound_tables} as b on b.table_id = k.table_id
	where case when b.relid is null then k.place = {place} and pg_catalog.pg_has_role(k.owner_id, 'usage')
		else not pg_catalog.row_security_active(b.relid)
			and @rule@ pg_catalog.has_table_privilege(b.relid, 'select') and pg_catalog.has_schema_privilege(b.relnamespace, 'usage') end$sql$
), part (normal, strict) as (
	select pg_catalog.replace(secured, '@rule@', ''), pg_catalog.replace(secured, '@rule@',
		'(b.relrowsecurity or pg_catalog.pg_has_role(b.relowner, ''usage'') or (select r.rolbypassrls from pg_catalog.pg_roles as r where r.rolname = current_user)) and')
	from visible
), wanted (name, condition, written) as (
	select t.name, pg_catalog.format('table_id in (%s) and (not is_secured or table_id in (%s))', p.normal, p.strict), 'true'
	from part as p
	cross join (values ('trash'), ('quarantine'), ('left_file')) as t (name)
	union all
	select 'hold', pg_catalog.format('table_id in (%s)', p.normal), 'true'
	from part as p
	union all
	select 'audit_entry', $sql$shape_id in (select s.shape_id
	from dbcare.audit_shape as s
	join dbcare.known_table as k on k.table_id = s.table_id
	left join {bound_tables} as b on b.table_id = k.table_id
	where case when b.relid is null then not k.is_secured or k.place = {place} and pg_catalog.pg_has_role(k.owner_id, 'usage')
		else not pg_catalog.row_security_active(b.relid) and (not k.is_secured or b.relrowsecurity
			or pg_catalog.pg_has_role(b.relowner, 'usage') or (select r.rolbypassrls from pg_catalog.pg_roles as r where r.rolname = current_user)) end)$sql$, 'true'
	union all
	values ('schedule', 'true', 'schedule_id = 1 or role_name = current_user')
)
select pg_catalog.format('create policy visible on dbcare.%I using (%s) with check (%s)', p.name, p.condition, p.written) as statement
from wanted as p
where not exists (select from pg_catalog.pg_policy as o
	where o.polrelid = pg_catalog.to_regclass('dbcare.' || p.name) and o.polname = 'visible')
order by p.name
