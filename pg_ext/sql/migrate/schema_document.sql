-- The objects of a schema document ($1), and the engine it is from; a document
-- without objects still gives one row.
select o.object ->> 'type', o.object ->> 'name', o.object ->> 'parent',
	cast(o.object ->> 'position' as bigint), o.object ->> 'definition',
	cast(o.object -> 'details' as text), cast(o.object -> 'depends_on' as text),
	case pg_catalog.jsonb_typeof(d.document -> 'objects') when 'array' then d.document ->> 'engine' end
from (select cast($1 as jsonb)) as d (document)
left join lateral pg_catalog.jsonb_path_query(d.document, 'lax $.objects[*]')
	with ordinality as o (object, place) on true
order by o.place
