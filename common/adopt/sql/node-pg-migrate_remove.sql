-- columns: none
-- node-pg-migrate takes a migration back.
delete from :ledger where cast(name as text) = :key
