-- columns: name
-- The roles of this cluster but those of PostgreSQL, and those that a scratch
-- cluster has.
select r.rolname as name
from pg_catalog.pg_roles as r
where r.rolname !~ '^pg_' and r.rolname not in ('dbcare_scratch', 'dbcare_restorer')
order by 1
