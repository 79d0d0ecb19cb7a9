-- columns: none
-- Adds a migration to the ledger of sql-migrate.
insert into :ledger (id, applied_at) values (:version || '.sql', {now})
