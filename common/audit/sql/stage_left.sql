-- columns: none
-- The rows that step $2 of set $1 restores are updated where the rows of table $4 with their keys are that set $3 has.
-- Pairs are found in one sort: the planner does not know yet how many rows a call has stored, and would compare each
-- with each.
update {.quarantine} as q
set action = 'update', place = d.place, row_left = d.row_data
from (select s.quarantine_id, s.repair_id, first_value(s.repair_id) over pair as set_id,
		first_value(s.place) over pair as place, first_value(s.row_data) over pair as row_data
	from {.quarantine} as s
	where (s.repair_id = $1 and s.step = $2) or (s.repair_id = $3 and s.table_name = $4)
	window pair as (partition by s.row_key order by case when s.repair_id = $3 then 0 else 1 end)) as d
where q.quarantine_id = d.quarantine_id and d.repair_id = $1 and d.set_id = $3
