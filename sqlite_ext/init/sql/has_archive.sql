-- columns: name, gap
-- Tables that keep deleted rows, and have the triggers that mode trash needs; and a
-- table without them, from which they delete rows or to whose rows they set null.
with recursive family (root, name, is_root) as materialized (
	select a.table_name, s.name, 1
	from {archived_tables} as a
	join temp.dbcare_known as s on s.kind = 'table' and s.shown = a.table_name
	where a.mode = 'trash'
	union
	select f.root, k.tab, 0
	from family as f
	join temp.dbcare_known as k on k.kind = 'reference' and k.key = lower(f.name) and k.action = 'CASCADE'
), present (name, tab) as materialized (
	select t.name, t.tab from temp.dbcare_known as t where t.kind in ('trash', 'link')
), needed (root, name, is_root, is_there) as (
	select f.root, f.name, f.is_root, ('dbcare_trash_' || f.name, f.name) in (select name, tab from present)
	from family as f
	union all
	select f.root, k.tab, 0, (printf('dbcare_trash_link_%d_%s', k.place, k.tab), k.tab) in (select name, tab from present)
	from family as f
	join temp.dbcare_known as k on k.kind = 'reference' and k.key = lower(f.name) and k.seq = 0 and k.action in ('SET NULL', 'SET DEFAULT')
)
select root as name, min(iif(is_there, null, {shown:name})) as gap
from needed
group by root
having not max(is_root and not is_there)
union all
select table_name, null
from {archived_tables} as a
where mode <> 'trash'
