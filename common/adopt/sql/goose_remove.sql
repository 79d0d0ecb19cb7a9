-- columns: none
-- goose takes a migration back.
delete from :ledger where cast(version_id as text) = :key
