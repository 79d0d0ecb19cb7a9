-- columns: oid
-- The type $2 of schema $1, or if that is null of a schema of the path $4; if $3 the arrays of it.
select (case when cast($3 as bool) then t.typarray else t.oid end)::bigint as oid
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where t.typname = $2 and t.typisdefined
	and case when cast($1 as text) is null then n.oid = any (cast($4 as pg_catalog.oid[])) else n.nspname = $1 end
order by pg_catalog.array_position(cast($4 as pg_catalog.oid[]), n.oid)
limit 1
