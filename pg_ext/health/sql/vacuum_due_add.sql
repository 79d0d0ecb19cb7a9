-- columns: none
-- Table $1 is due for autovacuum because of $2.
insert into dbcare.vacuum_due (table_name, reason, since_at, seen_at)
values ($1, $2, cast($3 as timestamptz), cast($3 as timestamptz))
on conflict (table_name, reason) do update set seen_at = excluded.seen_at
