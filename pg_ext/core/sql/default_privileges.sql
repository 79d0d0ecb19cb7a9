-- columns: statement
-- The statements that take from others what ALTER DEFAULT PRIVILEGES has given them
-- on table $2, or, if that is null, on dbcare's tables and sequences, except those of
-- list $1, which were there before, and on the schema, if that list is empty.
select pg_catalog.format('revoke all on %s %I.%I from %s', case c.relkind when 'S' then 'sequence' else 'table' end,
	n.nspname, c.relname, case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end) as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select distinct x.grantee from pg_catalog.aclexplode(c.relacl) as x
	where x.grantee <> c.relowner) as a
where case when $2 is null then n.nspname = 'dbcare' and not c.oid::text = any (pg_catalog.string_to_array($1, ' '))
	else c.oid = pg_catalog.to_regclass($2) end
union all
select pg_catalog.format('revoke create on schema dbcare from %s',
	case x.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end)
from pg_catalog.pg_namespace as n
cross join lateral pg_catalog.aclexplode(n.nspacl) as x
where n.nspname = 'dbcare' and $1 = '' and x.privilege_type = 'CREATE' and x.grantee <> n.nspowner
order by 1
