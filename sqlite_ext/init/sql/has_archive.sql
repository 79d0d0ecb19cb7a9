-- columns: name, gap
-- Tables that keep deleted rows, and have the triggers that mode trash needs; and a
-- table without them, from which they delete rows or to whose rows they set null.
with recursive foreign_key (child, id, parent, action) as materialized (
	select s.name, f.id, lower(f."table"), f.on_delete
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and (instr(lower(s.sql), 'cascade') or instr(lower(s.sql), ' set '))
		and f.seq = 0 and f.on_delete in ('CASCADE', 'SET NULL', 'SET DEFAULT')
), family (root, name) as (
	select a.table_name, s.name
	from main.dbcare_archived_table as a
	join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = a.table_name
	where a.mode = 'trash'
	union
	select f.root, k.child
	from family as f
	join foreign_key as k on k.parent = lower(f.name) and k.action = 'CASCADE'
), needed (root, name, "trigger") as (
	select root, name, 'dbcare_trash_' || name
	from family
	union all
	select f.root, k.child, printf('dbcare_trash_link_%d_%s', k.id, k.child)
	from family as f
	join foreign_key as k on k.parent = lower(f.name) and k.action <> 'CASCADE'
), missing as materialized (
	select d.root, {shown:d.name} as name
	from needed as d
	where not exists (select 1 from main.sqlite_schema as t
		where t.type = 'trigger' and t.name = d."trigger" and t.tbl_name = d.name)
)
select a.table_name as name, (select min(m.name) from missing as m where m.root = a.table_name) as gap
from main.dbcare_archived_table as a
where a.mode <> 'trash' or exists (select 1 from family as f where f.root = a.table_name)
	and not exists (select 1 from missing as m where m.root = a.table_name and m.name = a.table_name)
