-- columns: none
-- Gives the progress of script $1 outside a transaction the version $2.
update {.deployment} set version = $2 where version = $1
