-- Members of a JSON object or elements of an array, in order.
select cast(case when typeof(key) = 'text' then key end as text),
	case type when 'text' then 'string'
		when 'integer' then 'number' when 'real' then 'number'
		when 'true' then 'boolean' when 'false' then 'boolean'
		else type end,
	case type when 'true' then 'true' when 'false' then 'false'
		else cast(value as text) end
from temp.json_each($1)
order by case when typeof(key) = 'integer' then key end, key
