-- columns: oid
-- The constraints that depend on the column $2 of the table $1.
select distinct d.objid::bigint as oid
from pg_catalog.pg_depend as d
where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
	and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	and d.refobjid = cast($1 as pg_catalog.oid)
	and (cast($2 as pg_catalog.int4) = 0 or d.refobjsubid = cast($2 as pg_catalog.int4))
order by 1
