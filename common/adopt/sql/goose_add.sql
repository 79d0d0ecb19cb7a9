-- columns: none
-- Adds a migration to the ledger of goose.
insert into :ledger (version_id, is_applied) values (:version, {true})
