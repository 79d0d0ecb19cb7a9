-- Objects, with the tables that they belong to, and with the indexes, sequences
-- and statistics that belong to them: what is told of one can depend on another.
with object as (
	select pg_catalog.unnest(cast($1 as pg_catalog.oid[])) as oid
), owner as (
	select o.oid
	from object as o
	union
	select i.indrelid
	from pg_catalog.pg_index as i
	where i.indexrelid in (select o.oid from object as o)
	union
	select c.conrelid
	from pg_catalog.pg_constraint as c
	where c.oid in (select o.oid from object as o)
	union
	select c.contypid
	from pg_catalog.pg_constraint as c
	where c.oid in (select o.oid from object as o)
	union
	select s.stxrelid
	from pg_catalog.pg_statistic_ext as s
	where s.oid in (select o.oid from object as o)
	union
	select d.refobjid
	from pg_catalog.pg_depend as d
	where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.deptype in ('a', 'i') and d.objid in (select o.oid from object as o)
), family as (
	select o.oid
	from owner as o
	union
	select i.indexrelid
	from pg_catalog.pg_index as i
	where i.indrelid in (select o.oid from owner as o)
	union
	select d.objid
	from pg_catalog.pg_depend as d
	where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.deptype in ('a', 'i') and d.refobjid in (select o.oid from owner as o)
)
select cast(pg_catalog.array_agg(f.oid order by f.oid) as text)
from family as f
order by 1
