-- columns: {finding}
-- Roles other than superusers that may create objects in the schema of the
-- extension: its owner, and those with CREATE.  PostgreSQL prefers a function
-- whose arguments fit a call better, whoever has created it.
with place as (
	select n.nspname, n.nspowner, n.nspacl
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	where e.extname = 'dbcare'
), creator as (
	select p.nspname, p.nspowner as role from place as p
	union
	select p.nspname, a.grantee
	from place as p
	cross join lateral pg_catalog.aclexplode(p.nspacl) as a
	where a.privilege_type = 'CREATE'
), named as (
	select c.nspname, case when c.role = 0 then 'PUBLIC' else pg_catalog.quote_ident(r.rolname) end as name
	from creator as c
	-- pg_database_owner is the owner of the database
	left join pg_catalog.pg_roles as r on r.oid = case pg_catalog.pg_get_userbyid(c.role) when 'pg_database_owner'
		then (select d.datdba from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
		else c.role end
	where c.role = 0 or not r.rolsuper
)
select 'warning' as severity,
	pg_catalog.quote_ident(n.nspname) as object,
	cast(null as double precision) as value,
	pg_catalog.string_agg(distinct n.name, ', ' order by n.name) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from named as n
group by n.nspname
order by 2
