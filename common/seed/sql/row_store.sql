-- columns: none
-- Stores a row as it was seeded.
insert into {.seed_row} (seed_name, row_key, wanted, stored)
values ($1, $2, $3, $4)
on conflict (seed_name, row_key) do update set wanted = excluded.wanted, stored = excluded.stored
