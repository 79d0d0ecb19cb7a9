-- columns: none
-- Adds a migration to the ledger of diesel.
insert into :ledger (version) values (:version)
