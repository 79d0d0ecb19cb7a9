-- columns: relid, attnum, name, quoted, type, empty, source, generated, identity, reads
-- The columns of table $1 and its partitions: a null of the type, even if that
-- is a domain; the default or the expression of a generated column, and the
-- columns that it reads.  A default is converted as a value that is inserted.
select a.attrelid::pg_catalog.int8 as relid, a.attnum::pg_catalog.int4 as attnum, a.attname as name,
	pg_catalog.quote_ident(a.attname) as quoted, y.type,
	pg_catalog.format('cast(null as %s)', pg_catalog.format_type(b.base, null)) as empty,
	case when y.expression is null or a.attgenerated <> '' then y.expression
		-- a cast would cut off what is too long
		when b.base in ('pg_catalog.varchar'::pg_catalog.regtype, 'pg_catalog.bpchar'::pg_catalog.regtype)
			then pg_catalog.format('(select d.v from pg_catalog.jsonb_to_record(pg_catalog.jsonb_build_object(''v'', (%s))) as d (v %s))',
				y.expression, y.type)
		else pg_catalog.format('cast((%s) as %s)', y.expression, y.type) end as source,
	a.attgenerated <> '' as generated, a.attidentity::text as identity,
	(select pg_catalog.string_agg(r.refobjsubid::text, ' ')
		from pg_catalog.pg_depend as r
		where r.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and r.objid = d.oid
			and r.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and r.refobjid = a.attrelid
			and r.refobjsubid <> 0 and r.refobjsubid <> a.attnum) as reads
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
cross join lateral (
	with recursive base (type, level) as (
		select a.atttypid, 0
		union all
		select t.typbasetype, base.level + 1
		from base join pg_catalog.pg_type as t on t.oid = base.type and t.typtype = 'd'
	)
	select (pg_catalog.array_agg(base.type order by base.level desc))[1] as base from base
) as b
cross join lateral (
	select pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
		coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid),
			pg_catalog.pg_get_expr(t.typdefaultbin, 0)) as expression
) as y
where a.attnum > 0 and not a.attisdropped
	and a.attrelid in (select cast($1 as pg_catalog.oid)
		union all
		select p.relid from pg_catalog.pg_partition_tree(cast(cast($1 as pg_catalog.oid) as pg_catalog.regclass)) as p)
order by 1, 2
