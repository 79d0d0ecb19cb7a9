-- The objects of a schema document ($1), and the engine it is from; a document
-- without objects still gives one row.
select json_extract(o.value, '$.type'), json_extract(o.value, '$.name'),
	json_extract(o.value, '$.parent'), json_extract(o.value, '$.position'),
	json_extract(o.value, '$.definition'), json_extract(o.value, '$.details'),
	json_extract(o.value, '$.depends_on'),
	case json_type(d.document, '$.objects') when 'array' then json_extract(d.document, '$.engine') end
from (select $1 as document) as d
left join json_each(d.document, '$.objects') as o
order by o.key
