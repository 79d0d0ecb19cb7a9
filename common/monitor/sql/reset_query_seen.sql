-- columns: none
-- Deletes all statement statistics.
delete from {.query_seen}
