-- columns: none
-- Removes a migration from the ledger of diesel.
delete from :ledger where cast(version as text) = :key
