-- columns: none
-- Forgets a migration whose file is gone.
delete from {.migration} where version = $1
