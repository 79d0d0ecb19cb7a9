-- columns: none
-- Records that a migration is no longer applied.
delete from {.ledger} where version = $1
