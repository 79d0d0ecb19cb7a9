-- Members of a JSON object or elements of an array, in order.
select m.key, pg_catalog.jsonb_typeof(m.value), m.value operator(pg_catalog.#>>) '{}'
from (select $1::pg_catalog.jsonb as document) as d,
	lateral (select o.key, o.value, 0 as place
		from pg_catalog.jsonb_each(case pg_catalog.jsonb_typeof(d.document)
			when 'object' then d.document else '{}' end) as o(key, value)
		union all
		select null, a.value, a.place
		from pg_catalog.jsonb_array_elements(case pg_catalog.jsonb_typeof(d.document)
			when 'array' then d.document else '[]' end) with ordinality as a(value, place)) as m
order by m.place, m.key collate pg_catalog."C"
