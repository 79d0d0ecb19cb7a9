-- columns: oid
-- The sequences that belong to columns of the table $1.
select c.oid::bigint as oid
from pg_catalog.pg_depend as d
join pg_catalog.pg_class as c on c.oid = d.objid and c.relkind = 'S'
where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
	and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	and d.refobjid = cast($1 as pg_catalog.oid) and d.refobjsubid > 0 and d.deptype in ('a', 'i')
order by d.refobjsubid, 1
