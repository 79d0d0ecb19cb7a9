-- columns: columns
-- The columns of table $2 of schema $1 as a policy notes them: by their numbers, and of which
-- table in which cluster these are.
select pg_catalog.jsonb_build_object('of', {place} || '/' || c.oid, 'columns', (
		select pg_catalog.jsonb_object_agg(a.attnum, a.attname)
		from pg_catalog.pg_attribute as a
		where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as columns
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
