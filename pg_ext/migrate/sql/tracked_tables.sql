-- columns: tables
-- The files and columns of the tables among some objects, as JSON.
with recursive chosen as (
	select c.oid, c.relkind, c.relfilenode, n.nspname, c.relname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.oid = any (cast($1 as pg_catalog.oid[]) || cast($2 as pg_catalog.oid[])) and c.relkind in ('r', 'p')
		and {user_schema:n}
), partition as (
	select c.oid as root, c.oid
	from chosen as c
	where c.relkind = 'p'
	union all
	select p.root, i.inhrelid
	from partition as p
	join pg_catalog.pg_inherits as i on i.inhparent = p.oid
)
select cast(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
	'name', pg_catalog.format('%I.%I', c.nspname, c.relname),
	'file', case c.relkind when 'r' then cast(c.relfilenode as text) else (
		select pg_catalog.string_agg(cast(f.relfilenode as text), ' ' order by f.oid)
		from partition as p
		join pg_catalog.pg_class as f on f.oid = p.oid
		where p.root = c.oid) end,
	'oid', cast(c.oid as pg_catalog.int8),
	'columns', (
		select coalesce(pg_catalog.jsonb_object_agg(a.attname, a.attnum), '{}')
		from pg_catalog.pg_attribute as a
		where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))) as text) as tables
from chosen as c
order by 1
