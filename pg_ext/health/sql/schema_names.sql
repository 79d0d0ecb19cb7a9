-- columns: names
-- The schemas by their numbers, as JSON.
select cast(pg_catalog.jsonb_object_agg(n.oid, n.nspname) as text) as names
from pg_catalog.pg_namespace as n
