-- columns: {finding}
-- Schemas in which every role may create objects, from their privileges: a
-- role can create functions there that other roles call by mistake.
select 'warning' as severity,
	pg_catalog.quote_ident(n.nspname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	pg_catalog.format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC;', n.nspname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_namespace as n
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
	and exists (select from pg_catalog.aclexplode(n.nspacl) as a
		where a.grantee = 0 and a.privilege_type = 'CREATE')
order by 2
