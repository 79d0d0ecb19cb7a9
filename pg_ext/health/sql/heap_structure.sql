-- columns: {finding}
-- amcheck's test of every row of every user table, one probe per table.  Only
-- the extension's function is called, with all its arguments, because other
-- functions with the same name may exist.  A table dropped meanwhile returns
-- null; on a standby, unlogged tables are empty by design.
with amcheck as (
	select n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			and pg_catalog.has_function_privilege(p.oid, 'EXECUTE') as allowed
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'amcheck' and p.proname = 'verify_heapam'
), target as (
	select c.oid, n.nspname, c.relname, amcheck.nspname as amcheck_schema
	from amcheck
	cross join pg_catalog.pg_class as c
	join pg_catalog.pg_am as am on am.oid = c.relam
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where amcheck.allowed and c.relkind in ('r', 'm') and am.amname = 'heap'
		and not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery())
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select cast(null as text) as severity,
	pg_catalog.format('%I.%I', t.nspname, t.relname) as object,
	cast(null as double precision) as value,
	'see dbcheck_integrity()' as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	pg_catalog.format('select nullif(pg_catalog.count(*), 0) from pg_catalog.pg_class as c,'
		' lateral %I.verify_heapam(c.oid::pg_catalog.regclass, false, true, ''none''::text,'
		' null::bigint, null::bigint) as v where c.oid = %s',
		t.amcheck_schema, t.oid) as probe
from target as t
union all
select 'unknown', null, null, null, null,
	'EXECUTE on amcheck''s verify_heapam is needed', null
from amcheck as a
where not a.allowed
union all
select 'not_applicable', null, null, null,
	case when not exists (select from pg_catalog.pg_extension as e where e.extname = 'amcheck')
		then {create_extension:amcheck} end, 'amcheck''s verify_heapam is not installed', null
where not exists (select from amcheck)
order by 2
