-- columns: none
-- Saves a new state of a backfill, its error and the longest batch in milliseconds.
update {.backfill}
set state = $2, failure = $3,
	longest_ms = case when longest_ms > $4 then longest_ms else $4 end, changed_at = {now},
	checked_up_to = case when $2 <> 'failed' then checked_up_to end,
	finished_at = case when $2 = 'complete' then {now} end,
	rows_total = case when $2 = 'complete' then rows_seen else rows_total end
where name = $1
