-- columns: installed, trusted
-- kept
-- Whether dbcare's tables exist; and whether all their owners are roles whose
-- rights the caller has anyway, no other role can create objects in their
-- schema, and they have no triggers: if not, core/intruder finds the object.
-- Every call runs this, hence only two catalogs, tables by name, for which there is
-- an index (behind offset 0, or the planner scans a small pg_class), and what concerns
-- the schema once.
select coalesce(pg_catalog.bool_or(t.installed), false) as installed,
	coalesce(pg_catalog.bool_and(t.sound and pg_catalog.pg_has_role(n.nspowner, current_user, 'member')
		and not exists (select from pg_catalog.aclexplode(n.nspacl) as a
			where a.privilege_type = 'CREATE' and a.grantee <> n.nspowner)), true) as trusted
from pg_catalog.pg_namespace as n
cross join lateral (
	select pg_catalog.bool_or(c.relname = 'bookkeeping') as installed,
		coalesce(pg_catalog.bool_and(c.relowner = n.nspowner and not c.relhastriggers and not c.relhasrules), true) as sound
	from pg_catalog.unnest(cast(array[{own_tables}] as pg_catalog.name[])) as o (name)
	cross join lateral (select c.relname, c.relowner, c.relhastriggers, c.relhasrules
		from pg_catalog.pg_class as c
		where c.relname = o.name and c.relnamespace = n.oid
		offset 0) as c
) as t
where n.nspname = 'dbcare'
order by 1
