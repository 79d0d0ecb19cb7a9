-- columns: none
-- Forgets how far a script outside a transaction has come.
delete from {.deployment} where version = $1
