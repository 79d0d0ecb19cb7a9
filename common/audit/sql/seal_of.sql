-- columns: seal_id, place, salts
-- The seal of entry $1, and the place of the entry in it, from 0; no row if it is
-- not sealed.
select s.seal_id, {postgresql:k.number - 1 as place, s.salts
from dbcare.audit_seal as s
cross join lateral pg_catalog.json_object_keys(cast(s.leaves as pg_catalog.json)) with ordinality as k (entry, number)
where s.first_entry <= $1 and s.last_entry >= $1 and k.entry = cast($1 as text)}{sqlite:k.place, s.salts
from main.dbcare_audit_seal as s
join (select t.seal_id, g.key as entry, row_number() over (partition by t.seal_id order by g.id) - 1 as place
	from main.dbcare_audit_seal as t
	join temp.json_each(t.leaves) as g
	where t.first_entry <= $1 and t.last_entry >= $1) as k on k.seal_id = s.seal_id
where k.entry = cast($1 as text)}
