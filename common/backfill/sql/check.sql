-- columns: none
-- Saves the end of a backfill, and the place up to which no row matches any more.
update {.backfill}
set ends_at = $2, checked_up_to = $3, changed_at = {now}
where name = $1
