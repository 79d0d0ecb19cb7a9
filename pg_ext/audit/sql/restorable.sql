-- columns: problem, last_place
-- Why rows of table $2 of schema $1 cannot be undone, as a clause; the highest
-- rowid is for SQLite.
select case when c.relkind <> 'r' then 'it is partitioned' end as problem, cast(null as text) as last_place
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
