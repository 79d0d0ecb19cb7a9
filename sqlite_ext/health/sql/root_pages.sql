-- columns: {finding}
-- The header of the file, the schema, and the first page of each table and index:
-- what can be read of a damaged file at little cost.
select 'critical' as severity,
	iif(json_extract(value, '$.type') = 'file', 'main', {shown:name}) as object,
	null as value, text as detail, null as fix_sql, null as reason, null as probe
from (select id, value, json_extract(value, '$.name') as name, json_extract(value, '$.problem') as text
	from temp.json_each(dbcare_damage(0)))
order by id
