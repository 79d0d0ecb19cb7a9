-- Notes that a backfill is in another state, and why if it failed; nobody runs it.
update {.backfill}
set state = $2, failure = $3, runner = null, changed_at = {now},
	checked_up_to = case when $2 <> 'failed' then checked_up_to end,
	finished_at = case when $2 = 'complete' then {now} end,
	rows_total = case when $2 = 'complete' then rows_seen else rows_total end
where name = $1
