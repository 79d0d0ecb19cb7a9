-- columns: none
-- Adds a migration to the ledger of Supabase.
insert into :ledger (version, name) values (:version, :name)
