-- columns: none
-- Deletes the mark of a statement.
delete from {.query_mark} where source = $1 and fingerprint = $2
