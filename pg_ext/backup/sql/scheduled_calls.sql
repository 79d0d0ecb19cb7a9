-- columns: step, call, problem, postpones, follows
-- The calls of the daily backup, with options $1; with the types of all arguments, so
-- that no function of others with these names fits better.
select 'dbbackup_' || s.name as step,
	pg_catalog.format('select %I.dbbackup_%s(%s%L::pg_catalog.jsonb)', n.nspname, s.name, s.first, s.options) as call,
	cast(null as text) as problem, s.postpones, not s.postpones as follows
from (values ('create', 'null::pg_catalog.text, ', cast($1 as pg_catalog.jsonb) -> 'create', true),
	('cleanup', '', cast($1 as pg_catalog.jsonb) -> 'cleanup', false)) as s (name, first, options, postpones)
join pg_catalog.pg_extension as e on e.extname = 'dbcare'
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
order by s.postpones desc
