-- columns: none
-- Deletes the texts of all statements.
delete from {.query}
