-- columns: kind, name, value_before, value_now
-- The differences between two identities of a table, $1 and $2: kind, name,
-- and the values before and now.
with old as (
	select json_extract(value, '$.kind') as kind, json_extract(value, '$.name') as name,
		json_extract(value, '$.value') as value
	from temp.json_each($1)),
new as (
	select json_extract(value, '$.kind') as kind, json_extract(value, '$.name') as name,
		json_extract(value, '$.value') as value
	from temp.json_each($2))
select old.kind, old.name, old.value as value_before, new.value as value_now
from old
left join new on new.kind = old.kind and new.name = old.name
where old.value is not new.value
union all
select new.kind, new.name, null, new.value
from new
where not exists (select 1 from old where old.kind = new.kind and old.name = new.name)
order by 1, 2
