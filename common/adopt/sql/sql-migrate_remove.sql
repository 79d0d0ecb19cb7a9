-- columns: none
-- sql-migrate takes a migration back.
delete from :ledger where cast(id as text) = :key
