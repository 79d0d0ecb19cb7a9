-- columns: none
-- Takes the mark of a failure off a migration.
update {.migration} set failed_at = null, failure = null
where version = $1 and failed_at is not null
