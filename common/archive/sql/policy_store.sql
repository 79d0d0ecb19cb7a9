-- columns: none
-- Stores policy $2 of table $1 with options $3; created by $4.
insert into {.policy} (table_name, name, options, created_by) values ($1, $2, $3, $4)
on conflict (table_name, name) do update set options = excluded.options, created_at = {now}, created_by = excluded.created_by
