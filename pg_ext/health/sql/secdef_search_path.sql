-- columns: {finding}
-- SECURITY DEFINER functions that resolve names by the caller's search_path.  C
-- functions and SQL with a parsed body (version 14 and later) do not resolve
-- names.  The repair sets a search_path with the function's schema, temporary
-- objects last.
select 'warning' as severity,
	pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, arguments.text) as object,
	cast(null as double precision) as value,
	pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)) as detail,
	pg_catalog.format('ALTER ROUTINE %I.%I(%s) SET search_path = pg_catalog, %I, pg_temp;',
		n.nspname, p.proname, arguments.text, n.nspname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
cross join lateral (
	select pg_catalog.string_agg(pg_catalog.format('%I.%I', tn.nspname, t.typname), ', ' order by a.place) as text
	from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
	join pg_catalog.pg_type as t on t.oid = a.type
	join pg_catalog.pg_namespace as tn on tn.oid = t.typnamespace
) as arguments
where p.prosecdef and l.lanname not in ('c', 'internal')
	and {user_schema:n}
	and not exists (select from pg_catalog.unnest(p.proconfig) as s (setting)
		where pg_catalog.split_part(s.setting, '=', 1) = 'search_path')
	and pg_catalog.to_jsonb(p) ->> 'prosqlbody' is null
	and p.oid not in (select d.objid from pg_catalog.pg_depend as d
		where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
			and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e')
order by 2
