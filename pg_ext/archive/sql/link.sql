-- columns: assignments, unlinked
-- A foreign key of table $2 of schema $1, with the values of JSON $3: what gives
-- a row these values, and the condition that it has none or its default.
with member as (
	select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) as type, j.value,
		coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'null') as fallback, a.attnum
	from pg_catalog.json_each_text($3::pg_catalog.json) as j
	join pg_catalog.pg_class as c on c.relname = $2
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace and n.nspname = $1
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = j.key and a.attnum > 0
	left join pg_catalog.pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
)
select pg_catalog.string_agg(pg_catalog.format('%I = cast(%L as %s)', attname, value, type), ', ' order by attnum) as assignments,
	pg_catalog.string_agg(pg_catalog.format('(%1$I is null or %1$I::text operator(pg_catalog.=) (%2$s)::text)', attname, fallback), ' and '
		order by attnum) as unlinked
from member
order by 1
