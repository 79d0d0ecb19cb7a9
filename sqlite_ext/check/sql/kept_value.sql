-- columns: key, type, atom, key, atom
-- The columns of kept row $1: name, type, value; and of a value that JSON has no
-- type for, what it is and its text.
select e.key, e.type, e.atom, t.key, t.atom
from temp.json_each($1) as e
left join temp.json_each(iif(e.type = 'object', e.value, '{}')) as t
order by e.id
