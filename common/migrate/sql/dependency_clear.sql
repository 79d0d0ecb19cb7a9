-- columns: none
-- Forgets what a migration needs.
delete from {.dependency} where version = $1
