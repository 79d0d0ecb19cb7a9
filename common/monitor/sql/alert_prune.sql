-- columns: none
-- Forgets alerts that have been cleared before $1.
delete from {.alert} where cleared_at < cast($1 as {timestamp})
