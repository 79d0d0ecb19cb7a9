-- columns: assignments, unlinked
-- A foreign key of table $2 of schema $1, with the values of JSON $3: what gives
-- a row these values, and the condition that it has none or its default.
with member as (
	select c.cid, '"' || replace(c.name, '"', '""') || '"' as quoted, coalesce(c.dflt_value, 'null') as fallback,
		case j.type
			when 'object' then case (select key from temp.json_each(j.value))
				when 'real' then 'cast(' || quote(replace(json_extract(j.value, '$.real'), 'Infinity', '9e999')) || ' as real)'
				when 'blob' then 'x' || quote(json_extract(j.value, '$.blob'))
				when 'text' then 'cast(x' || quote(json_extract(j.value, '$.text')) || ' as text)' end
			else quote(j.atom) end as value
	from temp.json_each($3) as j
	join temp.pragma_table_xinfo($2, $1) as c on c.name = j.key
)
select group_concat(quoted || ' = ' || value, ', ') as assignments,
	group_concat(printf('(%s is null or %s is (%s))', quoted, quoted, fallback), ' and ') as unlinked
from (select * from member order by cid)
