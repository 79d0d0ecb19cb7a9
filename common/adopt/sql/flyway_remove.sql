-- columns: none
-- Flyway has no row for what was taken back.
delete from :ledger where coalesce(cast(version as text), cast(script as text)) = :key
