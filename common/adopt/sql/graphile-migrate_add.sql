-- columns: none
-- Adds a migration to the ledger of graphile-migrate.
insert into :ledger (hash, previous_hash, filename)
select :checksum, (select l.hash from :ledger as l order by l.filename desc limit 1), :version || '.sql'
