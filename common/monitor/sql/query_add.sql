-- columns: none
-- Stores the text of a statement.
insert into {.query} (fingerprint, query, first_at)
values ($1, $2, cast($3 as {timestamp}))
on conflict (fingerprint) do nothing
