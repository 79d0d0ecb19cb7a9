-- columns: none
-- Saves rows: $5 ctids, $6 keys, $7 rows, $8 numbers of their causes, with
-- constraints $9 and reasons $10; $11 is the number of the table.
insert into dbcare.quarantine (quarantine_id, repair_id, step, table_name, action, place, row_key, row_data,
	constraint_name, reason, table_id, is_secured)
select (select coalesce(pg_catalog.max(q.quarantine_id), 0) from dbcare.quarantine as q) + k.number,
	$1, $2, $3, $4, k.place, k.row_key, k.row_data, ($9::text[])[k.cause], ($10::text[])[k.cause], $11,
	(select t.is_secured from dbcare.known_table as t where t.table_id = $11)
from rows from (pg_catalog.unnest($5::text[]), pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]), pg_catalog.unnest($8::int4[]))
	with ordinality as k (place, row_key, row_data, cause, number)
