-- columns: table_name, columns, primary_key, indexes, foreign_keys, triggers
-- The user tables and partitions with the number of their columns, indexes and
-- so on.
with owned as materialized (
	select c.oid, n.nspname, c.relname, c.relnatts
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p')
		and {user_schema:n}
		and {not_in_extension:c.oid}
), columns as (
	select a.attrelid, pg_catalog.count(*) as n
	from pg_catalog.pg_attribute as a
	where a.attnum > 0 and not a.attisdropped and a.attrelid in (select o.oid from owned as o)
	group by a.attrelid
), indexes as (
	select i.indrelid, pg_catalog.count(*) as n
	from pg_catalog.pg_index as i
	group by i.indrelid
), keys as (
	select con.conrelid, pg_catalog.count(*) as n
	from pg_catalog.pg_constraint as con
	where con.contype = 'f'
	group by con.conrelid
), triggers as (
	select t.tgrelid, pg_catalog.count(*) as n
	from pg_catalog.pg_trigger as t
	where not t.tgisinternal
	group by t.tgrelid
), primary_key as (
	select con.conrelid,
		pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.place) as columns
	from pg_catalog.pg_constraint as con
	cross join lateral pg_catalog.unnest(con.conkey) with ordinality as k (attnum, place)
	join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.attnum
	where con.contype = 'p'
	group by con.conrelid
)
select pg_catalog.format('%I.%I', o.nspname, o.relname) as table_name,
	coalesce(c.n, 0) as columns,
	p.columns as primary_key,
	coalesce(i.n, 0) as indexes,
	coalesce(k.n, 0) as foreign_keys,
	coalesce(t.n, 0) as triggers
from owned as o
left join columns as c on c.attrelid = o.oid
left join primary_key as p on p.conrelid = o.oid
left join indexes as i on i.indrelid = o.oid
left join keys as k on k.conrelid = o.oid
left join triggers as t on t.tgrelid = o.oid
order by o.nspname, o.relname
