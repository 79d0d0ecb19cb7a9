-- columns: table_name, row_key, deleted_at, deleted_by, batch_id, rows_in_batch, purge_after, row_data, reason
-- The deleted rows of table $1, of all tables if that is null, the newest first;
-- they are purged after $2 days.  Tables and columns have their present names.
with old as materialized (
	select o.was, o.now from {old_names} as o
)
select t.table_name, {trash_key:t} as row_key, {iso:t.deleted_at} as deleted_at, t.deleted_by, t.batch_id,
	t.rows_in_batch,
	strftime('%Y-%m-%dT%H:%M:%fZ', t.deleted_at, '+' || $2 || ' days') as purge_after,
	t.row_data, t.reason_of_batch as reason
from (select r.trash_id, r.action, r.batch_id, r.row_key, r.key_values, r.row_data, r.deleted_at, r.deleted_by,
		coalesce(o.now, r.table_name) as table_name, count(*) filter (where r.action = 'delete') over (partition by r.batch_id) as rows_in_batch,
		max(r.reason) over (partition by r.batch_id) as reason_of_batch
	from main.dbcare_trash as r
	left join old as o on o.was = r.table_name) as t
where t.action = 'delete' and ($1 is null or t.table_name = $1)
order by t.trash_id desc
