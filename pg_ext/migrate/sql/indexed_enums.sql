-- columns: enums, value_count
-- Enums with indexes on columns of the type, or those in $1, as an array, and the
-- number of their values.
with recursive held (type) as (
	select a.atttypid
	from pg_catalog.pg_attribute as a
	join pg_catalog.pg_class as c on c.oid = a.attrelid
	where $1 is null and c.relkind = 'i' and c.oid >= 16384
	union
	select p.type
	from held as h
	join pg_catalog.pg_type as t on t.oid = h.type
	left join pg_catalog.pg_range as r on r.rngtypid = t.oid
	cross join lateral (
		select pg_catalog.unnest(array[t.typelem, t.typbasetype, r.rngsubtype])
		union all
		select f.atttypid
		from pg_catalog.pg_attribute as f
		where f.attrelid = t.typrelid and f.attnum > 0
	) as p (type)
)
select cast(pg_catalog.array_agg(distinct e.enumtypid) as text) as enums, pg_catalog.count(*) as value_count
from pg_catalog.pg_enum as e
where e.enumtypid = any (cast($1 as pg_catalog.oid[])) or e.enumtypid in (select h.type from held as h)
order by 1
