-- columns: none
-- Removes a migration from the ledger of dbmate.
delete from :ledger where cast(version as text) = :key
