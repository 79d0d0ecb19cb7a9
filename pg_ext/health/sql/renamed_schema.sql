-- columns: name
-- The name that one of the schemas $1, as schema_names returns them, had then.
select e.value as name
from pg_catalog.jsonb_each_text(cast($1 as pg_catalog.jsonb)) as e
join pg_catalog.pg_namespace as n on n.oid = cast(e.key as pg_catalog.oid) and n.nspname <> e.value
order by 1
limit 1
