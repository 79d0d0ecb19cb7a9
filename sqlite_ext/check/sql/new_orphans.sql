-- columns: condition
-- A condition that is true for rows whose parents were deleted by the steps $2,
-- a JSON array, of repair $1; null if there are too many to list. $3 and $4 are
-- "lost" and "named" of check/repair_keys.sql.
with taken as (
	select quarantine_id, row_data
	from main.dbcare_quarantine
	where repair_id = $1 and step in (select value from temp.json_each($2))
	order by quarantine_id
	limit 201),
parent as (
	select case key.type when 'integer' then key.value when 'text' then printf('%Q', key.value) end as literal
	from taken
	join temp.json_each(taken.row_data) as key on key.key = $4 collate nocase)
select condition
from (select printf('%s in (%s)', $3, group_concat(literal, ', ')) as condition,
		count(*) as total,
		count(literal) as named,
		sum(length(literal)) as length
	from parent)
where named = total and total between 1 and 200 and length < 100000
order by 1
