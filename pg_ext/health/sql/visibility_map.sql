-- columns: {finding}
-- Contradictions found by pg_visibility on pages marked all-frozen or
-- all-visible, one probe per table.  Before version 17 the test of all-visible
-- pages may report false positives during writes, so only all-frozen pages are
-- tested.  Only the extension's functions are called.
with visibility as (
	select n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			and pg_catalog.bool_and(pg_catalog.has_function_privilege(p.oid, 'EXECUTE')) as allowed
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'pg_visibility' and p.proname in ('pg_check_frozen', 'pg_check_visible')
	group by n.oid, n.nspname
), target as (
	select c.oid, n.nspname, c.relname, v.nspname as extension_schema
	from visibility as v
	cross join pg_catalog.pg_class as c
	join pg_catalog.pg_am as am on am.oid = c.relam
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where v.allowed and c.relkind in ('r', 'm') and am.amname = 'heap'
		and not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery())
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select cast(null as text) as severity,
	pg_catalog.format('%I.%I', t.nspname, t.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	pg_catalog.format('VACUUM (DISABLE_PAGE_SKIPPING) %I.%I;', t.nspname, t.relname) as fix_sql,
	cast(null as text) as reason,
	pg_catalog.format('select nullif(pg_catalog.count(*), 0) from pg_catalog.pg_class as c,'
		' lateral (select v.place from %I.pg_check_frozen(c.oid::pg_catalog.regclass) as v (place)', t.extension_schema)
		|| case when cast(pg_catalog.current_setting('server_version_num') as integer) >= 170000
				and not pg_catalog.pg_is_in_recovery()
			then pg_catalog.format(' union select v.place from %I.pg_check_visible(c.oid::pg_catalog.regclass) as v (place)', t.extension_schema)
			else '' end
		|| pg_catalog.format(') as found where c.oid = %s', t.oid) as probe
from target as t
union all
select 'unknown', null, null, null, null,
	'EXECUTE on the functions of pg_visibility is needed', null
from visibility as v
where not v.allowed
union all
select 'not_applicable', null, null, null,
	{create_extension:pg_visibility}, 'the extension pg_visibility is not installed', null
where not exists (select from visibility)
order by 2
