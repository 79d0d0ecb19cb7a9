-- columns: none
-- Clears the failure of a migration.
update {.migration} set failed_at = null, failure = null
where version = $1 and failed_at is not null
