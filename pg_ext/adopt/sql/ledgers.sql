-- columns: shown, schema_name, table_name, column_name, problem
-- The columns of tables that may be ledgers of other tools: tables whose names are
-- in the JSON array $1, and the table displayed as $2.  For each column: the display
-- name of the table, its schema, its name and the column's in lower case, and the
-- reason why the table cannot be read.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, n.nspname as schema_name,
	pg_catalog.lower(c.relname) as table_name, pg_catalog.lower(a.attname) as column_name,
	case when c.relkind not in ('r', 'p') then 'it is not a table'
		when pg_catalog.bool_or(a.attgenerated <> '') over (partition by c.oid) then 'it has generated columns' end as problem
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_'
	and n.nspname not in ('information_schema', 'dbcare')
	and (pg_catalog.lower(c.relname) in (select e.name from pg_catalog.jsonb_array_elements_text(cast($1 as pg_catalog.jsonb)) as e(name))
		or pg_catalog.format('%I.%I', n.nspname, c.relname) = $2)
order by pg_catalog.format('%I.%I', n.nspname, c.relname) collate pg_catalog."C", a.attnum
