-- columns: columns
-- The columns of each unique index of table $2 of schema $1 that an upsert can
-- use, as JSON arrays.
select (select pg_catalog.jsonb_agg(a.attname order by a.attname)
	from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (number, place)
	join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
	where k.place <= i.indnkeyatts)::text as columns
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and i.indisunique and i.indisvalid and i.indimmediate
	and i.indpred is null and i.indexprs is null
order by i.indexrelid
