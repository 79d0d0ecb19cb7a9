-- columns: none
-- Supabase notes a migration.
insert into :ledger (version, name) values (:version, :name)
