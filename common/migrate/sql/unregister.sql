-- columns: none
-- Deletes the registration of a migration.
delete from {.migration} where version = $1
