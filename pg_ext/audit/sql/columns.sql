-- columns: number, name, type, key
-- The columns of table $2 of schema $1 that can be logged; key: place in the
-- primary key.  $3 is for SQLite.
select cast(a.attnum as bigint) as number, a.attname::text as name,
	pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
	cast(pg_catalog.array_position(i.indkey::pg_catalog.int2[], a.attnum) + 1
		- pg_catalog.array_lower(i.indkey::pg_catalog.int2[], 1) as bigint) as key
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
where n.nspname = $1 and c.relname = $2 and cast($3 as bigint) is not null
order by a.attnum
