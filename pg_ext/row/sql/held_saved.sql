-- columns: row_key, reason
-- as owner
-- A row saved as step $2 of set $1 whose key is that of one of the holds $3, a JSON
-- array of their numbers.
select h.row_key, h.reason
from dbcare.hold as h
join dbcare.quarantine as q on cast(q.row_key as pg_catalog.jsonb) = cast(h.row_key as pg_catalog.jsonb)
where q.repair_id = $1 and q.step = $2
	and h.hold_id in (select cast(e.value as bigint) from pg_catalog.jsonb_array_elements_text(cast($3 as pg_catalog.jsonb)) as e (value))
order by q.quarantine_id
limit 1
