-- columns: is_vector, configuration
-- How words of column $3 of table $2 of schema $1 are found: it is a tsvector, or
-- a valid index has to_tsvector(configuration, column); no row: in no way.
with col as (
	select a.attrelid, a.attname, a.atttypid
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = $3 and not a.attisdropped
	where n.nspname = $1 and c.relname = $2
)
select true as is_vector, cast(null as text) as configuration
from col
where col.atttypid = 'pg_catalog.tsvector'::pg_catalog.regtype
union all
(select false, t.oid::text
	from col
	join pg_catalog.pg_index as i on i.indrelid = col.attrelid and i.indisvalid
	cross join pg_catalog.generate_series(1, cast(i.indnatts as integer)) as k (place)
	join pg_catalog.pg_ts_config as t on pg_catalog.pg_get_indexdef(i.indexrelid, k.place, true) in (
		pg_catalog.format('to_tsvector(%L::regconfig, %I)', t.oid::pg_catalog.regconfig, col.attname),
		pg_catalog.format('to_tsvector(%L::regconfig, %I::text)', t.oid::pg_catalog.regconfig, col.attname))
	order by i.indexrelid, k.place
	limit 1)
order by 1 desc
limit 1
