-- columns: oid
-- The relations that are dropped, or that dropped objects belong to, if the objects $2, an array of OIDs, of
-- the catalog $1 are, or the columns $3 of them: with CASCADE if $4.  Of a partition also the table that it is
-- part of, and the default partition of that.  Indexes and TOAST tables go with their table.
with recursive gone (classid, objid, objsubid) as (
	select cast($1 as pg_catalog.oid), o.oid, cast($3 as pg_catalog.int4)
	from pg_catalog.unnest(cast($2 as pg_catalog.oid[])) as o (oid)
	union
	select d.classid, d.objid, d.objsubid
	from gone as g
	join pg_catalog.pg_depend as d on d.refclassid = g.classid and d.refobjid = g.objid
		and (g.objsubid = 0 or d.refobjsubid = g.objsubid)
	where cast($4 as bool) or d.deptype <> 'n'
), relation as (
	select c.oid, c.relispartition
	from gone as g
	join pg_catalog.pg_class as c on c.oid = g.objid
	where g.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.relkind not in ('t', 'i', 'I', 'c')
), parent as (
	select i.inhparent as oid
	from relation as r
	join pg_catalog.pg_inherits as i on i.inhrelid = r.oid
	where r.relispartition
)
select r.oid::bigint as oid
from relation as r
union
select parent.oid::bigint
from parent
union
select p.partdefid::bigint
from parent
join pg_catalog.pg_partitioned_table as p on p.partrelid = parent.oid
where p.partdefid <> 0
union
select t.oid::bigint
from gone as g
join lateral (select con.conrelid
	from pg_catalog.pg_constraint as con
	where g.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and con.oid = g.objid
	union all
	select tg.tgrelid
	from pg_catalog.pg_trigger as tg
	where g.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and tg.oid = g.objid
	union all
	select ad.adrelid
	from pg_catalog.pg_attrdef as ad
	where g.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and ad.oid = g.objid
	union all
	select pol.polrelid
	from pg_catalog.pg_policy as pol
	where g.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and pol.oid = g.objid
	union all
	select rw.ev_class
	from pg_catalog.pg_rewrite as rw
	where g.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and rw.oid = g.objid) as t (oid) on t.oid <> 0
order by 1
