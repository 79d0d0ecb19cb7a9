-- columns: parent, child, matches, cascades, child_mode
-- The foreign keys that refer to tables with mode flag: the condition that row c
-- of the child refers to row p of the parent, whether rows are deleted with
-- their parent, and the child's mode.  Keys that are set to null keep their value.
with link as materialized (
	select s.name as child, f.id, f.seq, lower(f."table") as parent, f.on_delete = 'CASCADE' as cascades,
		printf('p."%w" = c."%w"', coalesce(f."to", (select p.name from temp.pragma_table_info(f."table", 'main') as p
			where p.pk = f.seq + 1)), f."from") as matches
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'references') and f.on_delete not in ('SET NULL', 'SET DEFAULT')
), flagged as (
	select s.name, lower(s.name) as folded
	from {archived_tables} as t
	join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = t.table_name
	where t.mode = 'flag'
)
select {shown:l.parent_name} as parent, {shown:l.child} as child, group_concat(l.matches, ' and ') as matches, l.cascades,
	(select a.mode from {archived_tables} as a where a.table_name = {shown:l.child}) as child_mode
from (select link.*, flagged.name as parent_name
	from link
	join flagged on flagged.folded = link.parent
	order by link.parent, link.child, link.id, link.seq) as l
group by l.parent_name, l.child, l.id
order by 1, 2, l.id
