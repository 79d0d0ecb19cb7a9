-- columns: row_key, reason
-- A row saved as step $2 of set $1 whose key is that of one of the holds $3, a JSON
-- array of their numbers.
select h.row_key, h.reason
from main.dbcare_quarantine as q
cross join main.dbcare_hold as h on h.row_key = q.row_key
where q.repair_id = $1 and q.step = $2 and h.hold_id in (select e.value from temp.json_each($3) as e)
order by q.quarantine_id
limit 1
