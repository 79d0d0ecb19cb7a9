-- columns: table_name, row_key, reason, held_at, held_by, is_deleted, is_flag
-- The held rows of table $1, of all tables if that is null, the last one first, by the
-- present names of their tables: whether the trash has such a row, and whether their
-- table has mode flag.
with named as (
	select h.hold_id, {hold_table:h} as table_name
	from main.dbcare_hold as h
), marked as materialized (
	select a.table_name from {archived_tables} as a where a.mode = 'flag'
)
select n.table_name, {hold_key:o} as row_key, o.reason, {iso:o.held_at} as held_at, o.held_by,
	o.hold_id in (select h.hold_id from {held} where b.action = 'delete') as is_deleted,
	n.table_name in (select m.table_name from marked as m) as is_flag
from {.hold} as o
join named as n on n.hold_id = o.hold_id
where $1 is null or n.table_name = $1
order by o.hold_id desc
