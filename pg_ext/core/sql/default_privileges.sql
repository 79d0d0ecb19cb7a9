-- columns: statement
-- The statements that take from others what ALTER DEFAULT PRIVILEGES has given them
-- on dbcare's tables and sequences, except those of list $1, which were there before.
select pg_catalog.format('revoke all on %s dbcare.%I from %s', case c.relkind when 'S' then 'sequence' else 'table' end,
	c.relname, case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end) as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select distinct x.grantee from pg_catalog.aclexplode(c.relacl) as x
	where x.grantee <> c.relowner) as a
where n.nspname = 'dbcare' and not c.oid::text = any (pg_catalog.string_to_array($1, ' '))
order by 1
