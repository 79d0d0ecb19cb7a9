-- columns: table_name, is_held, row_count, bytes, oldest, newest
-- as owner
-- What a purge would delete, or not because it is held: see archive/purge.
with wanted as (
	select o.batch_id
	from {.trash} as o
	where o.deleted_at <= cast($1 as {timestamp}) and o.action = 'delete' and (o.table_name in {partitions:$2}{postgresql: or o.root = $2})
		and ($3 = 0 or o.batch_id = $3) and ($4 is null or coalesce(o.key_values, o.row_key) in {listed:$4})
		and {postgresql:o.batch_id not in (select l.batch_id from dbcare.trash as l where $5 <> '[]'
			and l.table_id in (select cast(e.value as bigint) from pg_catalog.jsonb_array_elements_text(cast($5 as pg_catalog.jsonb)) as e (value)))}{sqlite:$5 = '[]'}
), held as (
	select b.batch_id from {held}
), found as (
	select t.*, t.batch_id in (select batch_id from held) as is_held
	from {.trash} as t
	where t.deleted_at <= cast($1 as {timestamp}) and t.action <> 'flag' and t.batch_id in (select batch_id from wanted)
		and ($4 is null or coalesce(t.key_values, t.row_key) in {listed:$4} and (t.table_name in {partitions:$2}{postgresql: or t.root = $2}))
)
select f.table_name, f.is_held, count(*) as row_count, sum({postgresql:pg_catalog.octet_length(f.row_data)}{sqlite:length(cast(f.row_data as blob))}) as bytes,
	{iso:min(f.deleted_at)} as oldest, {iso:max(f.deleted_at)} as newest
from found as f
group by f.table_name, f.is_held
order by f.table_name, f.is_held
