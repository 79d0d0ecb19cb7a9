-- columns: is_superuser, is_heap, blocks, oid, owner, columns, verify
-- What a salvage must know of a table, and the function that tests its rows.  A column of a
-- domain has the type below it in the new table, which then runs no code.
select (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) as is_superuser,
	c.relkind in ('r', 'm') and a.amname = 'heap' and c.relpersistence <> 't' as is_heap,
	pg_catalog.pg_relation_size(c.oid) / cast(pg_catalog.current_setting('block_size') as bigint) as blocks,
	cast(c.oid as bigint) as oid,
	pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) as owner,
	(with recursive own as (
			select a.attnum, a.attname, a.attnotnull, a.attcollation, a.atttypid as type, a.atttypmod as modifier
			from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			union all
			select o.attnum, o.attname, o.attnotnull, o.attcollation, t.typbasetype, t.typtypmod
			from own as o join pg_catalog.pg_type as t on t.oid = o.type and t.typtype = 'd')
		select pg_catalog.string_agg(
			pg_catalog.format('%I %s', o.attname, pg_catalog.format_type(o.type, o.modifier))
				|| coalesce(' collate ' || pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname), '')
				|| case when o.attnotnull then ' not null' else '' end, ', ' order by o.attnum)
		from own as o
		join pg_catalog.pg_type as t on t.oid = o.type and t.typtype <> 'd'
		left join pg_catalog.pg_collation as l on l.oid = o.attcollation and l.oid <> t.typcollation
		left join pg_catalog.pg_namespace as ln on ln.oid = l.collnamespace) as columns,
	(select pg_catalog.format('%I.%I', fn.nspname, p.proname)
		from pg_catalog.pg_extension as e
		join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
			and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
		join pg_catalog.pg_proc as p on p.oid = d.objid
		join pg_catalog.pg_namespace as fn on fn.oid = p.pronamespace
		where e.extname = 'amcheck' and p.proname = 'verify_heapam') as verify
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_am as a on a.oid = c.relam
where n.nspname = $1 and c.relname = $2
