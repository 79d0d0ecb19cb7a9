-- columns: none
-- Stores the text $2 of a script with checksum $1.
insert into {.deployment_script} (checksum, script) values ($1, $2) on conflict (checksum) do nothing
