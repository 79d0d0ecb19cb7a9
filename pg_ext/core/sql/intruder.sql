-- columns: object, role_name
-- One object of schema dbcare, one trigger function on it, or one table that
-- refers to it, whose owner could use it to run SQL with the caller's rights,
-- and that owner.  Tables reached by foreign key actions can have deferred
-- triggers, which run as the role that commits.
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
	select o.object, r.rolname as role_name
	from owned as o
	left join pg_catalog.pg_roles as r on r.oid = o.owner
	where not coalesce(r.rolsuper, false)
		and coalesce(r.rolname, '') <> current_user
		and not exists (select from pg_catalog.pg_extension as e
			where e.extname = 'dbcare' and e.extowner = o.owner)
	order by o.place, o.object
	limit 1
)
select i.object, i.role_name::text
from intruder as i
order by 1
