-- columns: none
-- Removes a migration from the ledger of node-pg-migrate.
delete from :ledger where cast(name as text) = :key
