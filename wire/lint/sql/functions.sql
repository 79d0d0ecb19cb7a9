-- columns: oid, is_volatile
-- The functions $2 of schema $1, or if that is null of the path $4, that accept $3 arguments; -1: any number.
with found as (
	select p.oid, p.proargtypes, p.pronamespace, p.provolatile
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where p.proname = $2 and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
		and case when cast($1 as text) is null then n.oid = any (cast($4 as pg_catalog.oid[])) else n.nspname = $1 end
		and (cast($3 as pg_catalog.int8) in (-1, p.pronargs)
			or (p.provariadic <> 0 and p.pronargs <= cast($3 as pg_catalog.int8))
			or (p.pronargs > cast($3 as pg_catalog.int8)
				and p.pronargs - p.pronargdefaults <= cast($3 as pg_catalog.int8)))
), visible as (
	select distinct on (found.proargtypes) found.oid, found.provolatile
	from found
	order by found.proargtypes, pg_catalog.array_position(cast($4 as pg_catalog.oid[]), found.pronamespace)
)
select visible.oid::bigint as oid, visible.provolatile = 'v' as is_volatile
from visible
order by 1
