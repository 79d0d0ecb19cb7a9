-- columns: oid
-- The tables and materialized views with columns of the type $1, or of one built on it.
with recursive made as (
	select cast($1 as pg_catalog.oid) as oid
	union
	select d.objid
	from made
	join pg_catalog.pg_depend as d on d.refobjid = made.oid
		and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
		and d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
)
select distinct c.oid::bigint as oid
from made
join pg_catalog.pg_depend as d on d.refobjid = made.oid
	and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
	and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
join pg_catalog.pg_class as c on c.oid = d.objid and c.relkind in ('r', 'm')
order by 1
