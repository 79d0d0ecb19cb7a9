-- columns: none
-- Deletes what is known of tables that are due for autovacuum.
delete from dbcare.vacuum_due
