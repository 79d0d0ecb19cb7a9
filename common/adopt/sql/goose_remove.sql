-- columns: none
-- Removes a migration from the ledger of goose.
delete from :ledger where cast(version_id as text) = :key
