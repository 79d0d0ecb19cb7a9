-- columns: none
-- Gives what dbcare keeps of renamed tables their present names.  Names may have been
-- exchanged, and rows deleted under any name that a table has had: the number of a table
-- says which it is.
with moved as materialized (
	select r.table_id, r.was, r.now, r.relispartition from {renamed_tables} as r
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
