-- columns: none
-- Process $2 locks work $1.
insert into main.dbcare_runner (work, pid, changed_at) values ($1, $2, {now})
on conflict (work) do update set pid = excluded.pid, changed_at = excluded.changed_at
