-- The objects of a schema document ($1), the engine it is from, and whether the
-- row is an object: a document without any still gives one row.
with document as materialized (
	select case json_type($1, '$.objects') when 'array' then json_extract($1, '$.engine') end as engine
), object as materialized (
	select e.key as place, case e.type when 'object' then e.value end as value
	from temp.json_each($1, '$.objects') as e
)
select json_extract(o.value, '$.type'), json_extract(o.value, '$.name'),
	json_extract(o.value, '$.parent'), json_extract(o.value, '$.position'),
	json_extract(o.value, '$.definition'), json_extract(o.value, '$.details'),
	json_extract(o.value, '$.depends_on'), d.engine,
	o.place is not null
from document as d
left join object as o
order by o.place
