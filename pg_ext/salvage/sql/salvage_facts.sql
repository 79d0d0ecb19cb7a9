-- columns: is_superuser, is_heap, blocks, oid, verify
-- What a salvage must know of a table, and the function that tests its rows.
select (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) as is_superuser,
	c.relkind in ('r', 'm') and a.amname = 'heap' and c.relpersistence <> 't' as is_heap,
	pg_catalog.pg_relation_size(c.oid) / cast(pg_catalog.current_setting('block_size') as bigint) as blocks,
	cast(c.oid as bigint) as oid,
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
