-- columns: none
-- Stores row $5 of table $3 with key $4 where rows are restored from, as step $2 of set
-- $1; $6 is the number of the table on PostgreSQL.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, reason{postgresql:, table_id})
select (select coalesce(max(q.quarantine_id), 0) from {.quarantine} as q) + 1, $1, $2, $3, '', 'delete', $4, $5, ''{postgresql:, $6}
where $6 >= cast(0 as bigint)
