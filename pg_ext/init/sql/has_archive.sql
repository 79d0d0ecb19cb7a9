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
	select f.root, f.relid, k.type, cast(null as name) as link
	from family as f
	cross join (values (9), (34)) as k (type)
	union all
	select f.root, con.conrelid, 17, con.conname
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype in ('n', 'd') and con.conparentid = 0
), missing as (
	select d.root, pg_catalog.format('%I.%I', n.nspname, c.relname) as name
	from needed as d
	join pg_catalog.pg_class as c on c.oid = d.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where not exists (select from pg_catalog.pg_trigger as t
		where t.tgrelid = d.relid and t.tgtype = d.type and t.tgfoid = any {own_function:dbarchive_capture} and t.tgenabled not in ('D', 'R')
			and (d.link is null or pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), E'\\000', 2)
				= pg_catalog.encode(pg_catalog.convert_to(d.link::text, pg_catalog.getdatabaseencoding()), 'escape')))
)
select a.table_name as name, (select pg_catalog.min(m.name) from missing as m where m.root = a.table_name) as gap
from {archived_tables} as a
where a.mode <> 'trash' or exists (select from family as f where f.root = a.table_name)
	and not exists (select from missing as m where m.root = a.table_name and m.name = a.table_name)
