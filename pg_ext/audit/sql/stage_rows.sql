-- columns: none
-- Stores rows where rows are restored from, as set $1: $2 is a JSON array of arrays of a step, its table, a key, a row and a reason;
-- $3 is the number of the table.
insert into dbcare.quarantine (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, reason, table_id)
select (select coalesce(pg_catalog.max(q.quarantine_id), 0) from dbcare.quarantine as q) + r.number, $1, cast(r.cells ->> 0 as bigint), r.cells ->> 1, '', 'delete',
	r.cells ->> 2, r.cells ->> 3, r.cells ->> 4, $3
from pg_catalog.json_array_elements(cast($2 as pg_catalog.json)) with ordinality as r (cells, number)
