-- columns: none
-- Forgets what was seen of statements before $1.
delete from {.query_seen} where hour_at < cast($1 as {timestamp})
