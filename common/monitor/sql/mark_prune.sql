-- columns: none
-- Forgets the counters of those who have counted before $2, others than $1.
delete from {.query_mark} where source <> $1 and seen_at < cast($2 as {timestamp})
