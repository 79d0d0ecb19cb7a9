-- columns: {finding}
-- Tables with pages that have lost their rows, which the host looks for; and
-- amcheck's structural test of every user B-tree index, one probe per index.
-- Only the extension's function is called, because other functions with the
-- same name may exist.  An index dropped meanwhile returns null; on a standby,
-- unlogged ones are empty by design.
with amcheck as (
	select n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			and pg_catalog.has_function_privilege(p.oid, 'EXECUTE') as allowed
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'amcheck' and p.proname = 'bt_index_check' and p.pronargs = 1
), target as (
	select x.oid, n.nspname, x.relname, i.indisexclusion, amcheck.nspname as amcheck_schema
	from amcheck
	cross join pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_am as am on am.oid = x.relam
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where amcheck.allowed and x.relkind = 'i' and am.amname = 'btree'
		and i.indisvalid and i.indisready and i.indislive
		and not (x.relpersistence = 'u' and pg_catalog.pg_is_in_recovery())
		and {user_schema:n}
		and {not_in_extension:i.indrelid}
)
select cast(null as text) as severity,
	pg_catalog.format('%I.%I', t.nspname, t.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	pg_catalog.format('REINDEX INDEX %s%I.%I;', case when not t.indisexclusion then 'CONCURRENTLY ' end,
		t.nspname, t.relname) as fix_sql,
	cast(null as text) as reason,
	pg_catalog.format('select nullif(%I.bt_index_check(oid::pg_catalog.regclass)::text, '''')'
		' from pg_catalog.pg_class where oid = %s', t.amcheck_schema, t.oid) as probe
from target as t
union all
select 'critical', pg_catalog.format('%I.%I', n.nspname, c.relname), null, null, null, null,
	'lost rows of ' || c.oid
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_am as am on am.oid = c.relam
where c.relkind = 'r' and am.amname = 'heap' and c.relpersistence <> 't'
	and not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery())
	and {user_schema:n}
	and {not_in_extension:c.oid}
union all
select 'unknown', null, null, null, null,
	'EXECUTE on amcheck''s bt_index_check is needed', null
from amcheck as a
where not a.allowed
union all
select 'not_applicable', null, null, null,
	{create_extension:amcheck}, 'the extension amcheck is not installed', null
where not exists (select from amcheck)
order by 2
