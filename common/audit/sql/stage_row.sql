-- columns: none
-- Stores a row where rows are restored from, as set $1: of step $2, table $3, with number $7, key $4, row $5 and reason $6.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, reason{postgresql:, table_id})
values ((select coalesce(max(q.quarantine_id), 0) + 1 from {.quarantine} as q{sqlite: where $7 is not null}), $1, $2, $3, '', 'delete', $4, $5, $6{postgresql:, $7})
