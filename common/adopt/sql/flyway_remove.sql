-- columns: none
-- Removes a migration from the ledger of Flyway.
delete from :ledger where coalesce(cast(version as text), cast(script as text)) = :key
