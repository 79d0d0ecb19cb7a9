-- columns: to_immediate, to_deferred
-- kept
-- Statements that make deferrable constraints immediate, and then defer those
-- again that are deferred by default; null if there are none.  SET CONSTRAINTS
-- ALL would also affect constraints created later in the transaction.  A name
-- stands for all constraints of a schema with that name, and fails if one is
-- not deferrable: such names are skipped. $1 is the role that will run the
-- statements, null for the current one.
select 'set constraints ' || pg_catalog.string_agg(c.name, ', ' order by c.name) || ' immediate' as to_immediate,
	'set constraints ' || pg_catalog.string_agg(c.name, ', ' order by c.name)
		filter (where c.deferred) || ' deferred' as to_deferred
from (select pg_catalog.format('%I.%I', n.nspname, o.conname) as name,
		pg_catalog.bool_or(o.condeferred) as deferred
	from pg_catalog.pg_constraint as o
	join pg_catalog.pg_namespace as n on n.oid = o.connamespace
	-- in most databases there are none: one scan says so
	where exists (select from pg_catalog.pg_constraint as d where d.condeferrable)
		and pg_catalog.has_schema_privilege(coalesce($1, current_user), n.oid, 'usage')
	group by n.nspname, o.conname
	having pg_catalog.bool_and(o.condeferrable)) as c
order by 1
