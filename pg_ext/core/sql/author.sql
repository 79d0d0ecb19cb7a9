-- columns: role_name, is_trusted
-- Whose rights something that is stored runs with: those of the owner of table $3 in
-- schema $2, or of the current role if these are null; and whether its author $1 has
-- these rights.
select r.rolname as role_name, {trusted_author:$1} as is_trusted
from pg_catalog.pg_roles as r
where r.oid = (select c.relowner
		from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
		where s.nspname = cast($2 as pg_catalog.name) and c.relname = cast($3 as pg_catalog.name))
	or ($2 is null and r.rolname = current_user)
