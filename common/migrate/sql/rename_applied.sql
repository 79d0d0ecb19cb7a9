-- columns: none
-- Gives an applied migration $1 the version $2.
update {.ledger} set version = $2 where version = $1
