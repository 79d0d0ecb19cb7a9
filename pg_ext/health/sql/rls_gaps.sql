-- columns: {finding}
-- Row security that is not effective: policies on a table where it is off,
-- none where it is on (only the owner sees rows), policies that let every role
-- write any row, and views that show a table with the rights of a role that
-- bypasses its row security.
with own as (
	select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, n.nspname,
		c.relrowsecurity, c.relforcerowsecurity
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p', 'v')
		and (c.relrowsecurity or c.relkind = 'v' or c.oid in (select p.polrelid from pg_catalog.pg_policy as p))
		and {user_schema:n}
		and {not_in_extension:c.oid}
), gap as (
	select 'critical' as severity, o.nspname, o.relname, 'has policies, but row level security is not enabled' as detail,
		pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', o.nspname, o.relname) as fix_sql
	from own as o
	where not o.relrowsecurity
		and o.oid in (select p.polrelid from pg_catalog.pg_policy as p)
	union all
	select 'info', o.nspname, o.relname, 'has row level security, but no policy: only the owner sees rows', null
	from own as o
	where o.relrowsecurity and o.relkind in ('r', 'p')
		and o.oid not in (select p.polrelid from pg_catalog.pg_policy as p)
	union all
	select 'warning', o.nspname, o.relname,
		pg_catalog.format('lets everybody %s any row through policy %I',
			case p.polcmd when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'write' end,
			p.polname), null
	from own as o
	join pg_catalog.pg_policy as p on p.polrelid = o.oid
	where o.relrowsecurity and p.polpermissive and p.polcmd <> 'r' and 0 = any (p.polroles)
		and coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'true') = 'true'
		and coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'
	union all
	select distinct 'warning', v.nspname, v.relname,
		pg_catalog.format('shows %I.%I without its row level security, with the rights of %I',
			t.nspname, t.relname, r.rolname), null
	from own as t
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refobjid = t.oid and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
	join pg_catalog.pg_rewrite as w on w.oid = d.objid
	join own as v on v.oid = w.ev_class and v.relkind = 'v'
	join pg_catalog.pg_roles as r on r.oid = v.relowner
	where t.relrowsecurity
		and (r.rolsuper or r.rolbypassrls or v.relowner = t.relowner and not t.relforcerowsecurity)
		and not exists (select from pg_catalog.pg_options_to_table(v.reloptions) as o
			where o.option_name = 'security_invoker'
				and pg_catalog.lower(o.option_value) in ('true', 'on', 'yes', '1'))
		and exists (select from pg_catalog.aclexplode(v.relacl) as a where a.grantee <> v.relowner)
)
select g.severity,
	pg_catalog.format('%I.%I', g.nspname, g.relname) as object,
	cast(null as double precision) as value,
	g.detail,
	g.fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from gap as g
order by g.nspname, g.relname, g.detail
