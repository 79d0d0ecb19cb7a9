-- columns: none
-- Copies the rows that batch $1 has deleted from table $2, or only row $5 of the
-- trash, to where rows are restored from, as step $3 of set $4.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, place, reason)
select (select coalesce(max(q.quarantine_id), 0) from {.quarantine} as q) + row_number() over (order by t.trash_id),
	$4, $3, t.table_name, '', 'delete', t.row_key, t.row_data, t.place, ''
from {.trash} as t
where t.batch_id = $1 and t.action = 'delete' and t.table_name = $2 and t.trash_id = coalesce($5, t.trash_id)
