-- columns: {finding}
-- Tables with text, which the host reads.
select 'warning' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	'invalid text of ' || c.oid as probe
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_am as am on am.oid = c.relam
where c.relkind in ('r', 'm') and am.amname = 'heap' and c.relpersistence <> 't'
	and not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery())
	and {user_schema:n}
	and {not_in_extension:c.oid}
	and exists (select from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum > 0
		and not a.attisdropped and a.atttypid in ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype,
			'pg_catalog.bpchar'::pg_catalog.regtype, 'pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.xml'::pg_catalog.regtype))
order by 2
