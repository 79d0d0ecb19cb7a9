-- columns: condition
-- The condition that finds the row of table $2 of schema $1 at rowid $4 if it still has the values of
-- JSON $3: it has no key, or nulls in it, so that another row may have its rowid.
with member as (
	select g.key as name, case g.type when 'object' then case t.key
				when 'real' then 'cast(' || quote(replace(t.atom, 'Infinity', '9e999')) || ' as real)'
				when 'blob' then 'x' || quote(t.atom)
				else 'cast(x' || quote(t.atom) || ' as text)' end
			else quote(g.atom) end as value
	from temp.json_each($3) as g
	left join temp.json_each(iif(g.type = 'object', g.value, '{}')) as t
)
select printf('"%w"."%w".%s = %d and %s', $1, $2, r.name, $4, group_concat(printf('"%w" is %s', m.name, m.value), ' and ')) as condition
from member as m
cross join (select n.name from (select 'rowid' as name union all select '_rowid_' union all select 'oid') as n
	where n.name not in (select lower(c.name) from temp.pragma_table_xinfo($2, $1) as c) limit 1) as r
