-- columns: none
-- Deletes what statements have waited for.
delete from dbcare.wait_event
