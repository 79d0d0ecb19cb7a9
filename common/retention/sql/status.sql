-- columns: table_name, mode, deleted_rows, deleted_bytes, held_rows, oldest_at, purgeable_rows, has_problem
-- What is kept of each table; rows deleted until $1 may be purged, unless they
-- are in a batch with a held row.  The tables of list $2 have a problem.
with held as (
	select b.batch_id from {held}
), kept as (
	select t.table_name, count(*) as row_count,
		sum({postgresql:pg_catalog.octet_length(t.row_data)}{sqlite:length(cast(t.row_data as blob))}) as bytes,
		min(t.deleted_at) as oldest_at,
		count(*) filter (where t.deleted_at <= cast($1 as {timestamp}) and t.batch_id not in (select batch_id from held)) as purgeable
	from {.trash} as t
	where t.action = 'delete'
	group by t.table_name
), archived as materialized (
	select t.table_name, t.mode from {archived_tables} as t
), known as (
	select table_name from archived
	union
	select table_name from kept
	union
	select table_name from {.hold}
	union
	select p.value as table_name from {listed:$2} as p
)
select n.table_name, a.mode, coalesce(k.row_count, 0) as deleted_rows, coalesce(k.bytes, 0) as deleted_bytes,
	coalesce(h.held, 0) as held_rows,
	{iso:k.oldest_at} as oldest_at, coalesce(k.purgeable, 0) as purgeable_rows, n.table_name in {listed:$2} as has_problem
from known as n
left join archived as a on a.table_name = n.table_name
left join kept as k on k.table_name = n.table_name
left join (select h.table_name, count(*) as held from {.hold} as h group by h.table_name) as h on h.table_name = n.table_name
order by n.table_name
