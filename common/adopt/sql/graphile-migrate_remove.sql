-- columns: none
-- graphile-migrate takes a migration back.
delete from :ledger where cast(filename as text) = :key
