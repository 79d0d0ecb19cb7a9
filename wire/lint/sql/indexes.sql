-- columns: index, name
-- The columns of each valid index without WHERE of the table $1, "" for an expression.
select i.indexrelid::bigint as index, coalesce(a.attname::text, '') as name
from pg_catalog.pg_index as i
cross join pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (number, place)
left join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
where i.indrelid = cast($1 as pg_catalog.oid) and i.indisvalid and i.indpred is null and k.place <= i.indnkeyatts
order by i.indexrelid, k.place
