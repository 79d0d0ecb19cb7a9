-- columns: quarantine_id, place, row_left
-- The rows that step $2 of repair $1 has saved.
select quarantine_id, place::pg_catalog.tid, row_left
from dbcare.quarantine
where repair_id = $1 and step = $2
order by quarantine_id
