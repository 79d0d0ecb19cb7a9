-- columns: kind, object_count, place
-- The number of user objects of each kind, without those of extensions;
-- functions include aggregates and procedures.
with mine as (
	select n.oid
	from pg_catalog.pg_namespace as n
	where {user_schema:n}
), extended as (
	select d.classid, d.objid
	from pg_catalog.pg_depend as d
	where d.deptype = 'e'
), relation as materialized (
	select c.oid, c.relkind, c.relispartition
	from pg_catalog.pg_class as c
	where c.relnamespace in (select mine.oid from mine)
		and c.oid not in (select e.objid from extended as e
			where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
), stored as (
	select r.oid
	from relation as r
	where r.relkind in ('r', 'p', 'm', 'f')
)
select 'schemas' as kind, (select pg_catalog.count(*) from mine) as object_count, 1 as place
union all
select 'tables', (select pg_catalog.count(*) from relation as r
	where r.relkind in ('r', 'p') and not r.relispartition), 2
union all
select 'partitions', (select pg_catalog.count(*) from relation as r
	where r.relkind in ('r', 'p') and r.relispartition), 3
union all
select 'foreign_tables', (select pg_catalog.count(*) from relation as r where r.relkind = 'f'), 4
union all
select 'views', (select pg_catalog.count(*) from relation as r where r.relkind = 'v'), 5
union all
select 'materialized_views', (select pg_catalog.count(*) from relation as r where r.relkind = 'm'), 6
union all
select 'indexes', (select pg_catalog.count(*) from relation as r where r.relkind in ('i', 'I')), 7
union all
select 'sequences', (select pg_catalog.count(*) from relation as r where r.relkind = 'S'), 8
union all
select 'triggers', (select pg_catalog.count(*) from pg_catalog.pg_trigger as t
	where not t.tgisinternal and t.tgrelid in (select r.oid from relation as r)), 9
union all
select 'functions', (select pg_catalog.count(*) from pg_catalog.pg_proc as p
	where p.pronamespace in (select mine.oid from mine) and p.oid not in (select e.objid from extended as e
		where e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)), 10
union all
select 'types', (select pg_catalog.count(*) from pg_catalog.pg_type as t
	left join pg_catalog.pg_class as c on c.oid = t.typrelid
	where t.typnamespace in (select mine.oid from mine)
		and (t.typtype in ('d', 'e', 'r') or c.relkind = 'c')
		and t.oid not in (select e.objid from extended as e
			where e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)), 11
union all
select 'foreign_keys', (select pg_catalog.count(*) from pg_catalog.pg_constraint as con
	where con.contype = 'f' and con.conparentid = 0 and con.conrelid in (select s.oid from stored as s)), 12
order by place
