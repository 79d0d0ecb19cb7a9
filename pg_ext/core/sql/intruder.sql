-- columns: object, role_name, act
-- One object of schema dbcare, one trigger function on it, or one table that
-- refers to it, whose owner could use it to run SQL with the rights of the caller
-- or of the owner of the schema, who writes these tables, and that owner.  Tables
-- reached by foreign key actions can have deferred triggers, which run as the role
-- that commits.  The caller may be able to act as that owner.
with owned as (
	select 1 as place, 'schema dbcare' as object, n.nspowner as owner
	from pg_catalog.pg_namespace as n
	where n.nspname = 'dbcare'
	union all
	select 2, 'relation dbcare.' || pg_catalog.quote_ident(c.relname), c.relowner
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where n.nspname = 'dbcare' and c.relkind <> 'i'
	union all
	select 3, pg_catalog.format('the function of trigger %I on dbcare.%I', t.tgname, c.relname), p.proowner
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	join pg_catalog.pg_trigger as t on t.tgrelid = c.oid
	join pg_catalog.pg_proc as p on p.oid = t.tgfoid
	where n.nspname = 'dbcare'
	union all
	select 4, pg_catalog.format('the table of foreign key %I to dbcare.%I', k.conname, c.relname), f.relowner
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	join pg_catalog.pg_trigger as t on t.tgrelid = c.oid
	join pg_catalog.pg_constraint as k on k.oid = t.tgconstraint
	join pg_catalog.pg_class as f on f.oid = k.conrelid
	where n.nspname = 'dbcare'
), intruder as (
	select o.object, r.rolname as role_name,
		case when o.place = 1 and pg_catalog.pg_has_role(o.owner, 'member')
			then pg_catalog.format('ALTER ROLE %I SET role = %L;', current_user, r.rolname) end as act
	from owned as o
	left join pg_catalog.pg_roles as r on r.oid = o.owner
	where not coalesce(r.rolsuper, false)
		and (coalesce(r.rolname, '') <> current_user
			or o.owner <> (select n.nspowner from pg_catalog.pg_namespace as n where n.nspname = 'dbcare'))
		and not exists (select from pg_catalog.pg_extension as e
			where e.extname = 'dbcare' and e.extowner = o.owner)
	order by o.place, o.object
	limit 1
)
select i.object, i.role_name::text, i.act
from intruder as i
order by 1
