-- columns: oid
-- The cast by which values of the type $1 are, as they are stored, values of the type $2.
select c.oid::bigint as oid
from pg_catalog.pg_cast as c
where c.castsource = cast($1 as pg_catalog.oid) and c.casttarget = cast($2 as pg_catalog.oid)
	and c.castmethod = 'b' and c.castcontext in ('a', 'i')
order by 1
