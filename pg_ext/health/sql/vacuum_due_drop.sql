-- columns: none
-- Deletes the tables that were not due at $1.
delete from dbcare.vacuum_due where seen_at <> cast($1 as timestamptz)
