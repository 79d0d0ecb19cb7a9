-- columns: none
-- diesel takes a migration back.
delete from :ledger where cast(version as text) = :key
