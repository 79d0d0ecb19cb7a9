-- columns: oid
-- The default partition of the partitioned table $1.
select p.partdefid::bigint as oid
from pg_catalog.pg_partitioned_table as p
where p.partrelid = cast($1 as pg_catalog.oid)
order by 1
