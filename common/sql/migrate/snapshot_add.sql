insert into {.snapshot} (version) values ($1)
