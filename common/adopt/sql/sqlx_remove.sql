-- columns: none
-- Removes a migration from the ledger of sqlx.
delete from :ledger where cast(version as text) = :key
