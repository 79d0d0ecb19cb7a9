-- columns: none
-- Deletes the progress of a script outside a transaction.
delete from {.deployment} where version = $1
