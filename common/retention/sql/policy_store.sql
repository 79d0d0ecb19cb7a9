-- columns: none
-- Stores policy $2 of table $1, which has number $6, with options $3 and columns $7;
-- created by $4; role $5.
insert into {.policy} (policy_id, table_name, name, options, created_by, author, table_id, columns)
values ({next:policy_policy_id_seq}, $1, $2, $3, $4, $5, $6, $7)
on conflict (table_id, name) do update set table_name = excluded.table_name, options = excluded.options, created_at = {now}, created_by = excluded.created_by, author = excluded.author, columns = excluded.columns
