-- columns: none
-- Adds a migration to the ledger of Rails.
insert into :ledger (version) values (:version)
