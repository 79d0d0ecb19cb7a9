-- columns: none
-- Removes a migration from the ledger of graphile-migrate.
delete from :ledger where cast(filename as text) = :key
