-- columns: none
-- Deletes alerts that were cleared before $1.
delete from {.alert} where cleared_at < cast($1 as {timestamp})
