-- columns: names, texts
-- How rows of table $2 of schema $1 are updated: its columns, and their values from the texts of "dbcare values".
-- Generated columns, and identity columns that are generated always, cannot be set.
select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) as names,
	pg_catalog.string_agg(pg_catalog.format('cast("dbcare values".%I as %s)', a.attname,
		pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum) as texts
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
	and a.attidentity <> 'a'
where n.nspname = $1 and c.relname = $2
