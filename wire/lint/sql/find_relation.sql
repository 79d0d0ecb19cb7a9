-- columns: oid
-- The relation $2 of schema $1, or if that is null of a schema of the path $3.
select c.oid::bigint as oid
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relname = $2
	and case when cast($1 as text) is null then n.oid = any (cast($3 as pg_catalog.oid[])) else n.nspname = $1 end
order by pg_catalog.array_position(cast($3 as pg_catalog.oid[]), n.oid)
limit 1
