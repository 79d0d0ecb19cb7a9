-- columns: none
insert into {.manifest} (name, version, checksum, objects, environment, first_run_at, run_at, run_by, author)
values ($1, $2, $3, $4, $5, {postgresql:cast($6 as timestamptz), cast($6 as timestamptz)}{sqlite:$6, $6}, $7, $8)
on conflict (name) do update
set version = excluded.version, checksum = excluded.checksum, objects = excluded.objects,
	environment = excluded.environment, run_at = excluded.run_at, run_by = excluded.run_by, author = excluded.author
