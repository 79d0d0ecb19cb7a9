-- columns: none
-- Adds a migration to the ledger of node-pg-migrate.
insert into :ledger (name, run_on) values (:base, {now})
