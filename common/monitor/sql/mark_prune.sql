-- columns: none
-- Deletes the marks of sources other than $1 that were last used before $2.
delete from {.query_mark} where source <> $1 and seen_at < cast($2 as {timestamp})
