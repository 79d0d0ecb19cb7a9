-- columns: none
-- Records the ctids of rows that step $2 of repair $1 has changed or deleted
-- after earlier steps had changed them: it has saved them by the ctids that
-- these steps recorded.  Pairs are found in one sort, as in audit/stage_left.sql.
update dbcare.quarantine as q
set place = d.place
from (select s.quarantine_id, s.step, pg_catalog.first_value(s.step) over pair as last_step,
		pg_catalog.first_value(s.place) over pair as place
	from (select k.*, case k.step when $2 then k.row_key::pg_catalog.json ->> 'ctid' else k.place end as was
		from dbcare.quarantine as k
		where k.repair_id = $1 and k.step <= $2) as s
	window pair as (partition by s.table_name, s.was order by s.step desc)) as d
where q.quarantine_id = d.quarantine_id and d.step < $2 and d.last_step = $2
