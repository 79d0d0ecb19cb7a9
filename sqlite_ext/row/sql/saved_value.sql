-- columns: key, type, atom, key, atom
-- The columns of saved row $1: name, type, value; and for a value without a
-- JSON type, its kind and its text.
select e.key, e.type, e.atom, t.key, t.atom
from temp.json_each($1) as e
left join temp.json_each(iif(e.type = 'object', e.value, '{}')) as t
order by e.id
