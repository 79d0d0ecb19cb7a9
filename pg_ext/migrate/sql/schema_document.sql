-- The objects of a schema document ($1), the engine it is from, and whether the
-- row is an object: a document without any still gives one row.
with document as materialized (
	select cast($1 as jsonb) as whole
), parts as materialized (
	select d.whole -> 'objects' as objects,
		case pg_catalog.jsonb_typeof(d.whole -> 'objects') when 'array' then d.whole ->> 'engine' end as engine
	from document as d
)
select o.object ->> 'type', o.object ->> 'name', o.object ->> 'parent',
	cast(o.object ->> 'position' as bigint), o.object ->> 'definition',
	cast(o.object -> 'details' as text), cast(o.object -> 'depends_on' as text), p.engine,
	o.place is not null
from parts as p
left join lateral pg_catalog.jsonb_array_elements(case when p.engine is not null then p.objects end)
	with ordinality as o (object, place) on true
order by o.place
