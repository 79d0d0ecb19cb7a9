-- columns: batch_id
-- Stores the batch that begins with row $2 of table $1, deleted by $3 because of
-- $4.
insert into dbcare.trash (batch_id, action, table_name, row_key, row_data, deleted_at, deleted_by, reason)
values (pg_catalog.nextval('dbcare.trash_batch'), 'flag', $1, $2, '0', {now}, $3, $4)
returning batch_id
