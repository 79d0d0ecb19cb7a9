-- columns: name
-- The column of table $2 in schema $1 with the name $3, written as in SQL:
-- quoted, or in any case.
select a.attname as name
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
	and (pg_catalog.lower($3) = a.attname
		or $3 = pg_catalog.format('"%s"', pg_catalog.replace(a.attname, '"', '""')))
order by a.attname
