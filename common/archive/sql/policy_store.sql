-- columns: none
-- Stores policy $2 of table $1 with options $3; created by $4; role $5.
insert into {.policy} (policy_id, table_name, name, options, created_by, author) values ({next:policy_policy_id_seq}, $1, $2, $3, $4, $5)
on conflict (table_name, name) do update set options = excluded.options, created_at = {now}, created_by = excluded.created_by, author = excluded.author
