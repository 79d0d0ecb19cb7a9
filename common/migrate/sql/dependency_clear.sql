-- columns: none
-- Deletes the dependencies of a migration.
delete from {.dependency} where version = $1
