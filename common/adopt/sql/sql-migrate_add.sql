-- columns: none
-- sql-migrate notes a migration.
insert into :ledger (id, applied_at) values (:version || '.sql', {now})
