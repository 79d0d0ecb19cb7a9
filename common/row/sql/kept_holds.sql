-- columns: hold_id
-- as owner
-- The holds of list $1, numbers as text, of rows that the trash has.
select distinct h.hold_id
from {held}
where b.action = 'delete' and cast(h.hold_id as text) in {listed:$1}
order by 1
