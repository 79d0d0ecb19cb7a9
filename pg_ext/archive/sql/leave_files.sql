-- columns: statement
-- The statement, up to a further condition, that stores the files that column $4
-- names of rows of table $2 of schema $1, shown as $3, with key $5, an
-- expression, which $6 deletes for good.
select pg_catalog.format('insert into dbcare.left_file (table_name, row_key, column_name, path, left_by) '
	'select %L, %s, %L, pg_catalog.format(''%%s'', %I), %L from %I.%I where %I is not null and ',
	$3, $5, $4, a.attname, $6, $1, $2, a.attname) as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = $1 and c.relname = $2 and a.attname = $4
order by 1
