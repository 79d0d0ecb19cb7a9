-- columns: none
-- Stores row $5 of table $3 with key $4, and location $6, where rows are restored
-- from, as step $2 of set $1; $7 is the number of the table on PostgreSQL.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, place, reason{postgresql:, table_id})
select (select coalesce(max(q.quarantine_id), 0) from {.quarantine} as q) + 1, $1, $2, $3, '', 'delete', $4, $5, $6, ''{postgresql:, $7}
where $7 >= cast(0 as bigint)
