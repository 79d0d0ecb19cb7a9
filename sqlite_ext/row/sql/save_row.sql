-- columns: none
-- Saves a row.
insert into main.dbcare_quarantine (quarantine_id, repair_id, step, table_name, action,
	constraint_name, reason, place, row_key, row_data)
values ((select coalesce(max(quarantine_id), 0) + 1 from main.dbcare_quarantine),
	$1, $2, $3, $4, $5, $6, $7, $8, $9)
