-- columns: none
-- Saves the progress of a batch: the place of its last row, the rows seen and
-- changed, whether the condition is false of changed rows, milliseconds since the
-- last save, and the longest earlier batch in milliseconds.
update {.backfill}
set done_up_to = $2, rows_seen = rows_seen + $3, rows_changed = rows_changed + $4, tells_done = $5,
	batches = batches + 1, elapsed_ms = elapsed_ms + $6,
	longest_ms = case when longest_ms > $7 then longest_ms else $7 end, changed_at = {now}
where name = $1
