-- columns: none
-- Deletes the plans of statements.
delete from dbcare.query_plan
