-- columns: table_name, row_key, deleted_at, deleted_by, batch_id, rows_in_batch, purge_after, row_data, reason
-- The deleted rows of table $1, of all tables if that is null, the newest first;
-- they are purged after $2 days.  Keys have the present names of their columns.
select t.table_name, {trash_key:t} as row_key, {iso:t.deleted_at} as deleted_at, t.deleted_by, t.batch_id,
	t.rows_in_batch,
	strftime('%Y-%m-%dT%H:%M:%fZ', t.deleted_at, '+' || $2 || ' days') as purge_after,
	t.row_data, t.reason_of_batch as reason
from (select r.*, count(*) filter (where r.action = 'delete') over (partition by r.batch_id) as rows_in_batch,
		max(r.reason) over (partition by r.batch_id) as reason_of_batch
	from main.dbcare_trash as r) as t
where t.action = 'delete' and ($1 is null or t.table_name = $1)
order by t.trash_id desc
