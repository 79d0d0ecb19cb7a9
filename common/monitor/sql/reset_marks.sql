-- columns: none
-- Deletes all marks of statements.
delete from {.query_mark}
