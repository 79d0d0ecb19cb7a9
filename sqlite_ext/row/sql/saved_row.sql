-- columns: quarantine_id, place, row_data, row_left
-- The first row after number $3 saved by step $2 of repair $1.
select quarantine_id, place, row_data, row_left
from main.dbcare_quarantine
where quarantine_id > $3 and repair_id = $1 and step = $2
order by quarantine_id
limit 1
