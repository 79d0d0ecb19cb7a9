-- columns: name, gap
-- Tables that keep deleted rows, and have the triggers that mode trash needs; and a
-- table without them, from which they delete rows or to whose rows they set null.
with recursive foreign_key (child, id, parent, action) as materialized (
	select s.name, f.id, lower(f."table"), f.on_delete
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and (instr(lower(s.sql), 'cascade') or instr(lower(s.sql), ' set '))
		and f.seq = 0 and f.on_delete in ('CASCADE', 'SET NULL', 'SET DEFAULT')
), family (root, name, is_root) as materialized (
	select a.table_name, s.name, 1
	from {archived_tables} as a
	join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = a.table_name
	where a.mode = 'trash'
	union
	select f.root, k.child, 0
	from family as f
	join foreign_key as k on k.parent = lower(f.name) and k.action = 'CASCADE'
), present (name, tab) as materialized (
	select name, tbl_name
	from main.sqlite_schema
	where type = 'trigger' and name glob 'dbcare_trash_*'
), needed (root, name, is_root, is_there) as (
	select f.root, f.name, f.is_root, ('dbcare_trash_' || f.name, f.name) in (select name, tab from present)
	from family as f
	union all
	select f.root, k.child, 0, (printf('dbcare_trash_link_%d_%s', k.id, k.child), k.child) in (select name, tab from present)
	from family as f
	join foreign_key as k on k.parent = lower(f.name) and k.action <> 'CASCADE'
)
select root as name, min(iif(is_there, null, {shown:name})) as gap
from needed
group by root
having not max(is_root and not is_there)
union all
select table_name, null
from {archived_tables} as a
where mode <> 'trash'
