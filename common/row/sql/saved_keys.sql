-- columns: row_key
-- as owner
-- The keys of the rows saved as step $2 of set $1.
select distinct q.row_key
from {.quarantine} as q
where q.repair_id = $1 and q.step = $2 and q.row_key is not null
