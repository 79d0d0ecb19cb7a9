-- columns: table_name
-- A logged table whose entries the policy of dbcare.audit_entry may hide from the
-- current role; only that with number $1, if that is not null.
select k.table_name
from dbcare.audited_table as t
join dbcare.known_table as k on k.table_id = t.table_id
left join {bound_tables} as b on b.table_id = t.table_id
where pg_catalog.row_security_active('dbcare.audit_entry'::pg_catalog.regclass)
	and not coalesce(case when b.relid is null then not k.is_secured or k.place = {place} and pg_catalog.pg_has_role(k.owner_id, 'usage')
		else not pg_catalog.row_security_active(b.relid) and (not k.is_secured or b.relrowsecurity
			or pg_catalog.pg_has_role(b.relowner, 'usage') or (select r.rolbypassrls from pg_catalog.pg_roles as r where r.rolname = current_user)) end, false)
	and ($1 is null or t.table_id = cast($1 as bigint))
order by t.table_id
limit 1
