-- columns: none
-- Removes a migration from the ledger of Supabase.
delete from :ledger where cast(version as text) = :key
