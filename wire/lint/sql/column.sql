-- columns: type, modifier, collation, number, not_null
-- The column $2 of the table $1.
select a.atttypid::bigint as type, a.atttypmod as modifier, a.attcollation::bigint as collation,
	a.attnum as number, a.attnotnull as not_null
from pg_catalog.pg_attribute as a
where a.attrelid = cast($1 as pg_catalog.oid) and a.attname = $2 and not a.attisdropped
order by 1
