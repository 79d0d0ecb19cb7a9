-- columns: none
-- Deletes statement statistics before $1.
delete from {.query_seen} where hour_at < cast($1 as {timestamp})
