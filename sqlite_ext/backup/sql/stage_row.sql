-- columns: none
-- Saves a row of a backup as step $2 of set $1.
insert into main.dbcare_quarantine (quarantine_id, repair_id, step, table_name, action,
	constraint_name, reason, place, row_key, row_data, row_left)
values ((select coalesce(max(quarantine_id), 0) + 1 from main.dbcare_quarantine),
	$1, $2, $3, iif($7 is null, 'delete', 'update'), '', '', $4, $5, $6, $7)
