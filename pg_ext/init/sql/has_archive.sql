-- columns: name, gap
-- Tables that keep deleted rows, and have the triggers that mode trash needs; and a
-- table without them, from which they delete rows or to whose rows they set null.
with recursive family (root, relid) as (
	select a.table_name, c.oid
	from {archived_tables} as a
	join pg_catalog.pg_class as c on true
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where a.mode = 'trash' and pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name
	union
	select f.root, con.conrelid
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype = 'c' and con.conparentid = 0
), needed as (
	select f.root, f.relid, k.trigger
	from family as f
	cross join (values ('dbcare_trash'), ('dbcare_trash_truncate')) as k (trigger)
	union all
	select f.root, con.conrelid, 'dbcare_trash_link_' || pg_catalog.left(pg_catalog.md5(con.conname), 16)
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype in ('n', 'd') and con.conparentid = 0
), missing as (
	select d.root, pg_catalog.format('%I.%I', n.nspname, c.relname) as name
	from needed as d
	join pg_catalog.pg_class as c on c.oid = d.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where not exists (select from pg_catalog.pg_trigger as t
		where t.tgrelid = d.relid and t.tgname = d.trigger and t.tgenabled not in ('D', 'R'))
)
select a.table_name as name, (select pg_catalog.min(m.name) from missing as m where m.root = a.table_name) as gap
from {archived_tables} as a
where a.mode <> 'trash' or exists (select from family as f where f.root = a.table_name)
	and not exists (select from missing as m where m.root = a.table_name and m.name = a.table_name)
