-- columns: none
-- Notes where a backfill ends, and up to where no row is left that matches.
update {.backfill}
set ends_at = $2, checked_up_to = $3, changed_at = {now}
where name = $1
