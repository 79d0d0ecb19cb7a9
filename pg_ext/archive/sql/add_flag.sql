-- columns: batch_id
-- Stores the batch that begins with row $2 of table $1, deleted by $3 because of
-- $4: one row, until archive/count_flag says another number.
insert into dbcare.trash (trash_id, batch_id, action, table_name, row_key, row_data, deleted_at, deleted_by, reason, table_id)
select {next:trash_trash_id_seq}, {next:trash_batch}, 'flag', $1, $2, '1', {now}, $3, $4, t.table_id
from {archived_tables} as t
where t.table_name = $1
returning batch_id
