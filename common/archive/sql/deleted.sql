-- columns: table_name, row_key, deleted_at, deleted_by, batch_id, rows_in_batch, purge_after, row_data
-- The deleted rows of table $1 and its partitions, of all tables if that is null, the newest first;
-- they are purged after $2 days.
select t.table_name, t.row_key, {iso:t.deleted_at} as deleted_at, t.deleted_by, t.batch_id,
	t.rows_in_batch,
	{postgresql:pg_catalog.to_char((t.deleted_at + pg_catalog.make_interval(days => cast($2 as int4))) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')}{sqlite:strftime('%Y-%m-%dT%H:%M:%fZ', t.deleted_at, '+' || $2 || ' days')} as purge_after,
	t.row_data
from (select *, count(*) filter (where action = 'delete') over (partition by batch_id) as rows_in_batch from {.trash}) as t
where t.action = 'delete' and ($1 is null or t.table_name in {partitions:$1}{postgresql: or t.root = $1})
order by t.trash_id desc
