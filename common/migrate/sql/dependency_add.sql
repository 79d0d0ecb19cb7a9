-- columns: none
-- Adds a dependency between two migrations.
insert into {.dependency} (version, depends_on) values ($1, $2)
on conflict do nothing
