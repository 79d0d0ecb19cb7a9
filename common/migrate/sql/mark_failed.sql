-- columns: none
-- Marks a migration as failed.
update {.migration} set failed_at = {now}, failure = $2 where version = $1
