-- columns: none
-- Stores the new directory of a migration's files.
update {.migration} set source = $2 where version = $1
