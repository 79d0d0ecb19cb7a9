-- The columns that the kept rows of step $2 of repair $1 have and table $4 of
-- schema $3 has not, which counts as lost, or the other way round.
with kept as (
	select o.name
	from (select q.row_data from dbcare.quarantine as q
		where q.repair_id = $1 and q.step = $2 order by q.quarantine_id limit 1) as q
	cross join lateral pg_catalog.json_object_keys(q.row_data::pg_catalog.json) as o (name)
), present as (
	select a.attname::text as name
	from pg_catalog.pg_attribute as a
	join pg_catalog.pg_class as c on c.oid = a.attrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $3 and c.relname = $4 and a.attnum > 0 and not a.attisdropped
)
select pg_catalog.quote_ident(coalesce(kept.name, present.name)), present.name is null as lost
from kept
full join present on present.name = kept.name
where kept.name is null or present.name is null
order by lost desc, 1
