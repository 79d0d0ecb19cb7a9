-- columns: none
-- Rails notes a migration.
insert into :ledger (version) values (:version)
