-- columns: table_name
-- The tables that lack a trigger which mode trash needs, or have one that does not know their columns: what archive/triggers
-- finds out by the text of all triggers, which takes longer the more there are.
with recursive tab as materialized (
	select s.name, s.sql, {shown:s.name} as shown
	from main.sqlite_schema as s
	where s.type = 'table'
), kept as materialized (
	select t.table_name from {archived_tables} as t where t.mode = 'trash'
), reference (child, parent, action) as materialized (
	select s.name, lower(f."table"), f.on_delete
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and (instr(lower(s.sql), 'cascade') or instr(lower(s.sql), ' set '))
), family (name) as materialized (
	select s.name
	from tab as s
	where s.shown in (select k.table_name from kept as k)
	union
	select r.child
	from family as f
	join reference as r on r.parent = lower(f.name) and r.action = 'CASCADE'
), existing as materialized (
	select t.tbl_name, t.name glob 'dbcare_trash_link_[0-9]*' as is_link
	from main.sqlite_schema as t
	where t.type = 'trigger' and t.name glob 'dbcare_trash_*'
), last as materialized (
	select r.table_name, r.definition, max(r.shape_id)
	from main.dbcare_row_shape as r
	group by r.table_name
)
select {shown:f.name} as table_name
from family as f
where f.name not in (select e.tbl_name from existing as e where not e.is_link)
union
select {shown:r.child}
from reference as r
where r.action in ('SET NULL', 'SET DEFAULT') and r.parent in (select lower(f.name) from family as f)
	and r.child not in (select e.tbl_name from existing as e where e.is_link)
union
select s.shown
from tab as s
left join last as l on l.table_name = s.shown
where s.name in (select e.tbl_name from existing as e) and l.definition is not s.sql
order by 1
