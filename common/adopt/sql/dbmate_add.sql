-- columns: none
-- dbmate notes a migration.
insert into :ledger (version) values (:version)
