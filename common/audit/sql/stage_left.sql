-- columns: none
-- The rows that step $2 of set $1 restores are updated where the rows of table $4 with their keys are that set $3 has.
update {.quarantine} as q
set action = 'update', place = d.place, row_left = d.row_data
from (select row_key, place, row_data from {.quarantine} where repair_id = $3 and table_name = $4) as d
where q.repair_id = $1 and q.step = $2 and d.row_key = q.row_key
