-- columns: none
-- node-pg-migrate notes a migration.
insert into :ledger (name, run_on) values (:base, {now})
