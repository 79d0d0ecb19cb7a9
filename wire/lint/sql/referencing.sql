-- columns: oid
-- The tables with foreign keys to the tables $1, an array of OIDs, and not among them.
select distinct con.conrelid::bigint as oid
from pg_catalog.pg_constraint as con
where con.contype = 'f' and con.confrelid = any (cast($1 as pg_catalog.oid[]))
	and con.conrelid <> all (cast($1 as pg_catalog.oid[]))
order by 1
