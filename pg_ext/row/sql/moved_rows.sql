-- columns: none
-- Records the ctids of rows that step $2 of repair $1 has changed or deleted
-- after earlier steps had changed them: it has saved them by the ctids that
-- these steps recorded.
update dbcare.quarantine as q
set place = k.place
from dbcare.quarantine as k
where k.repair_id = $1 and k.step = $2
	and q.repair_id = k.repair_id and q.step < k.step and q.table_name = k.table_name
	and q.place = k.row_key::pg_catalog.json ->> 'ctid'
