-- columns: owner
-- The owner of schema dbcare, if the user does not have the rights of that role.
select r.rolname as owner
from pg_catalog.pg_namespace as n
join pg_catalog.pg_roles as r on r.oid = n.nspowner
where n.nspname = 'dbcare' and not pg_catalog.pg_has_role(n.nspowner, 'usage')
