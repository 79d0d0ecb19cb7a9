-- columns: table_name, row_key, deleted_at, deleted_by, batch_id, rows_in_batch, purge_after, row_data, reason
-- The deleted rows of table $1 and its partitions, of all tables if that is null, the newest first;
-- they are purged after $2 days.  Tables and columns have their present names.
select t.present_name as table_name, {trash_key:t} as row_key, {iso:t.deleted_at} as deleted_at, t.deleted_by, t.batch_id,
	t.rows_in_batch,
	pg_catalog.to_char((t.deleted_at + pg_catalog.make_interval(days => cast($2 as int4))) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as purge_after,
	t.row_data, t.reason_of_batch as reason
from (select r.*, b.relid, case when r.root is null or r.table_name = b.was then coalesce(b.now, r.table_name) else r.table_name end as present_name,
		case when r.root = b.was or not b.relispartition and r.root is not null then b.now else r.root end as present_root, count(*) filter (where r.action = 'delete') over (partition by r.batch_id) as rows_in_batch,
		max(r.reason) over (partition by r.batch_id) as reason_of_batch
	from dbcare.trash as r
	left join {bound_tables} as b on b.table_id = r.table_id) as t
where t.action = 'delete' and ($1 is null or t.present_name in {partitions:$1} or t.present_root = $1)
order by t.trash_id desc
