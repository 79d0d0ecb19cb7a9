-- columns: tables_owner, has_tables, has_table
-- The owner of dbcare's tables, whether the caller has the rights of that role, and
-- whether those of the owner of table $2 in schema $1.
select (select r.rolname from pg_catalog.pg_roles as r where r.oid = n.nspowner) as tables_owner,
	pg_catalog.pg_has_role(n.nspowner, 'usage') as has_tables,
	coalesce((select pg_catalog.pg_has_role(c.relowner, 'usage')
		from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
		where s.nspname = cast($1 as pg_catalog.name) and c.relname = cast($2 as pg_catalog.name)), false) as has_table
from pg_catalog.pg_namespace as n
where n.nspname = 'dbcare'
