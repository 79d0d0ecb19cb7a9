-- columns: name
-- dbcare's function $1 as statements call it that run with another search path.
select {sqlite:$1 as name}{postgresql:pg_catalog.format('%I.%s', n.nspname, cast($1 as text)) as name
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
where e.extname = 'dbcare'}
