-- columns: name, keys
-- The indexes of table $2 of schema $1, with their columns as a JSON array; null
-- for one that is invalid, partial, no b-tree, or has expressions, descending
-- columns or an operator class that is not the default one.
select cast(x.relname as text) as name,
	case when i.indisvalid and i.indpred is null and i.indexprs is null and am.amname = 'btree'
		and '0' = all (pg_catalog.string_to_array(i.indoption::text, ' '))
		and not exists (
			select 1 from pg_catalog.unnest(i.indclass::oid[]) as o (oid)
			join pg_catalog.pg_opclass as oc on oc.oid = o.oid
			where not oc.opcdefault)
		then (
			select cast(pg_catalog.jsonb_agg(a.attname order by k.place) as text)
			from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
			join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
			where k.place <= i.indnkeyatts)
		end as keys
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as x on x.oid = i.indexrelid
join pg_catalog.pg_am as am on am.oid = x.relam
where n.nspname = $1 and c.relname = $2
order by x.relname
