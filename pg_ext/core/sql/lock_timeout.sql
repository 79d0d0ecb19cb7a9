-- The option lock_timeout_ms, if it is a number.
select case pg_catalog.jsonb_typeof(cast($1 as pg_catalog.jsonb) operator(pg_catalog.->) 'lock_timeout_ms')
	when 'number' then cast($1 as pg_catalog.jsonb) operator(pg_catalog.->>) 'lock_timeout_ms' end
