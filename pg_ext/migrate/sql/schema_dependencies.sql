-- columns: class, oid, subid, needed_class, needed_oid, needed_subid, inherent
-- Dependencies as addresses: class, object and column of both.  inherent is
-- whether the first object is a part of the second: a default of its
-- column, the rule of a view, an array type of its elements' type, a row type of
-- its table, the index behind a constraint, a member of its extension.
select cast(d.classid as pg_catalog.int8) as class, cast(d.objid as pg_catalog.int8) as oid, d.objsubid as subid,
	cast(d.refclassid as pg_catalog.int8) as needed_class, cast(d.refobjid as pg_catalog.int8) as needed_oid, d.refobjsubid as needed_subid,
	d.deptype in ('i', 'e') or d.deptype = 'a' and d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass as inherent
from pg_catalog.pg_depend as d
-- the catalog itself has the numbers below 16384
where d.deptype <> 'x' and (d.objid >= 16384 or d.deptype = 'e')
order by d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
