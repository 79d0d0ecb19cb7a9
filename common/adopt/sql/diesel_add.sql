-- columns: none
-- diesel notes a migration.
insert into :ledger (version) values (:version)
