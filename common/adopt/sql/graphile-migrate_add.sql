-- columns: none
-- graphile-migrate notes a migration.
insert into :ledger (hash, previous_hash, filename)
select :checksum, (select l.hash from :ledger as l order by l.filename desc limit 1), :version || '.sql'
