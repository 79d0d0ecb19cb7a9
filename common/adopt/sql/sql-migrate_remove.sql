-- columns: none
-- Removes a migration from the ledger of sql-migrate.
delete from :ledger where cast(id as text) = :key
