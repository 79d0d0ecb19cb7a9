-- columns: none
-- Gives what dbcare keeps of renamed tables their present names.  Names may have been
-- exchanged, and rows deleted under any name that a table has had: the number of a table
-- says which it is.
with recursive name (table_id, table_name) as (
	-- one after the other, by the index
	(select d.table_id, d.table_name from dbcare.trash as d where d.root is null order by d.table_id, d.table_name limit 1)
	union all
	select n.table_id, n.table_name
	from name as o
	cross join lateral (select d.table_id, d.table_name from dbcare.trash as d
		where d.root is null and (d.table_id, d.table_name) > (o.table_id, o.table_name) order by d.table_id, d.table_name limit 1) as n
), moved as materialized (
	select b.table_id, b.was, b.now, b.relispartition
	from {bound_tables} as b
	-- one that has its old name again has rows under the names between
	where (b.was <> b.now or exists (select from name as n where n.table_id = b.table_id and n.table_name <> b.now)) and (exists (select from dbcare.archived_table as a where a.table_id = b.table_id)
		or exists (select from pg_catalog.pg_trigger as t where t.tgrelid = b.relid and t.tgfoid in {own_function:dbarchive_capture}))
), archived as (
	update dbcare.archived_table as a set table_name = m.now from moved as m where a.table_id = m.table_id
), holds as (
	update dbcare.hold as h set table_name = m.now from moved as m where h.table_id = m.table_id
), files as (
	update dbcare.left_file as f set table_name = m.now from moved as m where f.table_id = m.table_id and f.table_name = m.was
), deleted as (
	update dbcare.trash as d
	set table_name = case when d.root is null or d.table_name = m.was then m.now else d.table_name end,
		root = case when d.root = m.was or not m.relispartition and d.root is not null then m.now else d.root end
	from moved as m
	where d.table_id = m.table_id
)
update dbcare.known_table as k set table_name = m.now from moved as m where k.table_id = m.table_id
