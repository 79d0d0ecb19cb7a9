-- columns: row_key, reason
-- A row saved as step $2 of set $1 whose key is one of $3, a JSON object of the
-- keys of holds, as they are now, by the numbers of the holds.
select e.value as row_key, h.reason
from main.dbcare_quarantine as q
join temp.json_each($3) as e on e.value = q.row_key
join main.dbcare_hold as h on h.hold_id = cast(e.key as integer)
where q.repair_id = $1 and q.step = $2
order by q.quarantine_id
limit 1
