-- columns: none
-- Gives a registered migration $1 the version $2.
update {.migration} set version = $2 where version = $1
