-- columns: none
-- Notes that a migration needs another.
insert into {.dependency} (version, depends_on) values ($1, $2)
on conflict do nothing
