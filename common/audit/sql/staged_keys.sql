-- columns: row_key
-- as owner
-- The keys of the rows of step $2 of set $1 that an undo has found in their table.
select q.row_key
from {.quarantine} as q
where q.repair_id = $1 and q.step = $2 and q.reason = 'exists'
order by q.quarantine_id
