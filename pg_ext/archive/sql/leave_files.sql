-- columns: query
-- The query, up to a further condition, for the files that column $4 names of rows
-- of table $2 of schema $1, shown as $3, with key $5, an expression, and number $6:
-- as rows of the trash.
select pg_catalog.format('select %L, %s, pg_catalog.json_build_object(%L, pg_catalog.format(''%%s'', %I))::pg_catalog.text, cast(%L as pg_catalog.int8) '
	'from %I.%I where %I is not null and ', $3, $5, $4, a.attname, $6, $1, $2,
	a.attname) as query
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = $1 and c.relname = $2 and a.attname = $4
order by 1
