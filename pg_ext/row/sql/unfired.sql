-- columns: name
-- The triggers of table $2 of schema $1 and its partitions that events $3, as in
-- tgtype, would have fired: not those of constraints, of extensions, of dbcare, and
-- those that are ENABLE ALWAYS, which have fired.  With 1 in $3 the triggers of partitions have fired, and those for each
-- statement of partitioned tables are listed, also of the tables that the table is a partition of.
select distinct t.tgname::text as name
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select cast($3 as pg_catalog.int4) & 1 = 1 as in_parts) as e
cross join lateral (select c.oid as relid
	union
	select p.relid from pg_catalog.pg_partition_tree(c.oid) as p
	union
	select p.relid from pg_catalog.pg_partition_ancestors(case when e.in_parts then c.oid end) as p) as part
join pg_catalog.pg_class as r on r.oid = part.relid
join pg_catalog.pg_trigger as t on t.tgrelid = part.relid and not t.tgisinternal
	and t.tgtype::pg_catalog.int4 & cast($3 as pg_catalog.int4) & 28 <> 0
	and case when e.in_parts then r.relkind = 'p' and t.tgtype::pg_catalog.int4 & 1 = 0 and t.tgenabled in ('O', 'A') else t.tgenabled = 'O' end
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
where n.nspname = $1 and c.relname = $2
	and not exists (select from pg_catalog.pg_extension as x
		join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = x.oid
			and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e'
		where x.extname = 'dbcare')
	and p.pronamespace <> coalesce((select o.oid from pg_catalog.pg_namespace as o where o.nspname = 'dbcare'), 0)
order by 1
