-- columns: family
-- Objects, with the tables that they belong to, and with the indexes, sequences
-- and statistics of these tables: the definition of one can depend on another.
with given as materialized (
	select cast($1 as pg_catalog.oid[]) as list
), owner as materialized (
	select pg_catalog.array_agg(o.oid) as list
	from (
		select pg_catalog.unnest(g.list)
		from given as g
		union all
		select i.indrelid
		from pg_catalog.pg_index as i
		where i.indexrelid = any (cast((select g.list from given as g) as pg_catalog.oid[]))
		union all
		select pg_catalog.unnest(array[c.conrelid, c.contypid])
		from pg_catalog.pg_constraint as c
		where c.oid = any (cast((select g.list from given as g) as pg_catalog.oid[]))
		union all
		select s.stxrelid
		from pg_catalog.pg_statistic_ext as s
		where s.oid = any (cast((select g.list from given as g) as pg_catalog.oid[]))
		union all
		select d.refobjid
		from pg_catalog.pg_depend as d
		where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
			and d.objid = any (cast((select g.list from given as g) as pg_catalog.oid[]))
			and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
	) as o (oid)
)
select cast(pg_catalog.array_agg(distinct f.oid order by f.oid) as text) as family
from (
	select pg_catalog.unnest(o.list)
	from owner as o
	union all
	select i.indexrelid
	from pg_catalog.pg_index as i
	where i.indrelid = any (cast((select o.list from owner as o) as pg_catalog.oid[]))
	union all
	select d.objid
	from pg_catalog.pg_depend as d
	where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refobjid = any (cast((select o.list from owner as o) as pg_catalog.oid[]))
		and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
) as f (oid)
order by 1
