-- columns: none
-- Stores rows where rows are restored from, as set $1: $2 is a JSON array of arrays of a step, its table, a key, a row and a reason;
-- $3 is not used.
insert into main.dbcare_quarantine (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, reason)
select (select coalesce(max(q.quarantine_id), 0) from main.dbcare_quarantine as q) + 1 + r.key, $1, json_extract(r.value, '$[0]'), json_extract(r.value, '$[1]'),
	'', 'delete', json_extract(r.value, '$[2]'), json_extract(r.value, '$[3]'), json_extract(r.value, '$[4]')
from temp.json_each($2) as r
where $3 is not null
