-- columns: condition
-- The condition that finds the row of table $2 of schema $1 with key $3, which has nulls, at
-- rowid $4: such a key can be that of several rows.
with key as (
	select name from temp.pragma_table_xinfo($2, $1) where pk > 0
), member as (
	select k.name, case g.type when 'object' then case t.key
				when 'real' then 'cast(' || quote(replace(t.atom, 'Infinity', '9e999')) || ' as real)'
				when 'blob' then 'x' || quote(t.atom)
				else 'cast(x' || quote(t.atom) || ' as text)' end
			else quote(g.atom) end as value
	from key as k
	join temp.json_each(iif(json_type($3) = 'object', $3, json_object((select min(name) from key), json($3)))) as g on g.key = k.name
	left join temp.json_each(iif(g.type = 'object', g.value, '{}')) as t
)
select printf('"%w"."%w".%s = %d and %s', $1, $2, r.name, $4, group_concat(printf('"%w" is %s', m.name, m.value), ' and ')) as condition
from member as m
cross join (select n.name from (select 'rowid' as name union all select '_rowid_' union all select 'oid') as n
	where n.name not in (select lower(c.name) from temp.pragma_table_xinfo($2, $1) as c) limit 1) as r
