-- columns: none
-- Removes a migration from the ledger of Rails.
delete from :ledger where cast(version as text) = :key
