-- columns: name, schema
-- The name of the relation $1; and its schema unless it is found without, along the path $2.
select c.relname::text as name,
	case when c.relnamespace is distinct from (select o.relnamespace
			from pg_catalog.pg_class as o
			where o.relname = c.relname and o.relnamespace = any (cast($2 as pg_catalog.oid[]))
			order by pg_catalog.array_position(cast($2 as pg_catalog.oid[]), o.relnamespace)
			limit 1) then n.nspname::text end as schema
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.oid = cast($1 as pg_catalog.oid)
order by 1
