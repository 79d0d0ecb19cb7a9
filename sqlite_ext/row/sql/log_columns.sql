-- columns: name, label, is_key, treat, hashed, has_inserts
-- The columns $1 of the log, in the order of jsonb: the names $2 that they have now, a JSON object of those that were
-- renamed, else their own; how they are written in entries; whether they are in the key; mask or hash; by what name their
-- hashes differ from those of other columns; and whether entries of inserts have the row.
with col as (
	select json_extract(c.value, '$.name') as name, json_extract(c.value, '$.key') as pk, json_extract(c.value, '$.treat') as treat, s.table_id
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as c
	where s.shape_id = $1
)
select coalesce(m.value, c.name) as name, json_quote(c.name) || ': ' as label, c.pk is not null as is_key, c.treat,
	c.table_id || '.' || c.name as hashed,
	(select json_extract(t.options, '$.insert_values') from main.dbcare_audited_table as t where t.table_id = c.table_id) is true as has_inserts
from col as c
left join temp.json_each($2) as m on m.key = c.name
order by length(cast(c.name as blob)), c.name
