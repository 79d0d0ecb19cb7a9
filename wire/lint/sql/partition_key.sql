-- columns: name
-- The columns of the partition key of the table $1, "" for an expression.
select coalesce(a.attname::text, '') as name
from pg_catalog.pg_partitioned_table as p
cross join pg_catalog.unnest(p.partattrs::pg_catalog.int2[]) with ordinality as k (number, place)
left join pg_catalog.pg_attribute as a on a.attrelid = p.partrelid and a.attnum = k.number
where p.partrelid = cast($1 as pg_catalog.oid)
order by k.place
