-- columns: none
-- Removes a seed.
delete from {.seed} where name = $1
