-- columns: none
-- Adds a migration to the ledger of dbmate.
insert into :ledger (version) values (:version)
