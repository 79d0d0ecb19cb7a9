-- columns: row_key, reason
-- as owner
-- A row saved as step $2 of set $1 whose key is one of $3, a JSON object of the
-- keys of holds, as they are now, by the numbers of the holds.
select e.value as row_key, h.reason
from dbcare.hold as h
join dbcare.quarantine as q on true
join pg_catalog.jsonb_each_text(cast($3 as pg_catalog.jsonb)) as e on cast(e.key as bigint) = h.hold_id
	and cast(e.value as pg_catalog.jsonb) = cast(q.row_key as pg_catalog.jsonb)
where q.repair_id = $1 and q.step = $2
order by q.quarantine_id
limit 1
