-- columns: oid
-- The schema or the extension, as $1 says, with the name $2.
select n.oid::bigint as oid
from pg_catalog.pg_namespace as n
where $1 = 'schema' and n.nspname = $2
union all
select e.oid::bigint
from pg_catalog.pg_extension as e
where $1 = 'extension' and e.extname = $2
order by 1
