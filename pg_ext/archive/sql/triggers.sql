-- columns: table_name, statement, place, is_foreign
-- The statements that make the triggers those that the tables with mode trash
-- need: each of these tables, and the tables whose rows its cascades delete, has
-- one that keeps deleted rows and one that refuses TRUNCATE, as have their partitions, and a table whose
-- foreign keys that sets to null or their default has one that keeps the keys.
-- Row triggers of a partitioned table also fire for its partitions, and have its number in
-- their names: a partition may have its own, which keep nothing meanwhile.  Disabled ones are
-- enabled.  Triggers are dbcare's by their function, table and arguments, whatever their
-- name; is_foreign: one that no table needs, of another role.
with recursive capture as (
	select p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) as name
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where p.oid = any {own_function:dbarchive_capture}
), bound as materialized (
	select * from {bound_tables} as b
), existing as materialized (
	select t.tgrelid as relid, t.tgname as name, t.tgenabled in ('D', 'R') as is_disabled, t.tgtype as type,
		t.tgqual is not null as has_condition, t.tgargs as arguments,
		pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), E'\\000', 2) as link
	from pg_catalog.pg_trigger as t
	join capture on capture.oid = t.tgfoid
	where not t.tgisinternal and not (t.tgtype & 16 <> 0 and t.tgnargs = 1) and t.tgparentid = 0
), foreign_key as materialized (
	-- a partition has those of its table; one that was attached, and had triggers, keeps these
	select con.*
	from pg_catalog.pg_constraint as con
	where con.contype = 'f' and (con.conparentid = 0 or exists (select from existing as e
		where e.relid = con.conrelid and case con.confdeltype when 'c' then e.type = 9 else e.link
			= pg_catalog.encode(pg_catalog.convert_to(con.conname::text, pg_catalog.getdatabaseencoding()), 'escape') end))
), branch (relid, root) as (
	-- a join would be one of all rows with all: nothing says how many there are
	select pg_catalog.max(m.relid), pg_catalog.min(m.root)
	from (select t.table_id, null::pg_catalog.oid as relid, t.table_name as root from dbcare.archived_table as t where t.mode = 'trash'
		union all
		select b.table_id, b.relid, null from bound as b) as m
	group by m.table_id
	having pg_catalog.max(m.relid) is not null and pg_catalog.min(m.root) is not null
	union
	select con.conrelid, f.root
	from branch as f
	join foreign_key as con on con.confrelid = f.relid and con.confdeltype = 'c'
), family (relid, root, table_id) as (
	-- likewise
	select f.relid, pg_catalog.min(f.root), pg_catalog.min(f.table_id)
	from (select b.relid, b.root, null::bigint as table_id from branch as b
		union all
		select b.relid, null, b.table_id from bound as b) as f
	group by f.relid
	having pg_catalog.min(f.root) is not null
), link as (
	-- PostgreSQL 15 can set some of the columns alone
	select con.conrelid as relid, con.conname, con.confdeltype, pg_catalog.min(f.root) as root,
		pg_catalog.array_agg(a.attname order by k.place) as columns
	from family as f
	join foreign_key as con on con.confrelid = f.relid and con.confdeltype in ('n', 'd')
	cross join lateral pg_catalog.unnest(coalesce(
		pg_catalog.translate(pg_catalog.to_jsonb(con) ->> 'confdelsetcols', '[]', '{}')::pg_catalog.int2[],
		con.conkey)) with ordinality as k (attnum, place)
	join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.attnum
	group by con.conrelid, con.conname, con.confdeltype
), needed as (
	select f.relid, k.name || case when k.type = 9 and c.relkind = 'p' then '_' || f.table_id else '' end as name, k.event, k.fires, k.type, false as has_condition, array[f.table_id::text] as arguments, f.table_id, f.root
	from family as f
	cross join (values ('dbcare_trash', 'after delete', 'for each row', 9),
		('dbcare_trash_truncate', 'before truncate', 'for each statement', 34)) as k (name, event, fires, type)
	join pg_catalog.pg_class as c on c.oid = f.relid
	union all
	select p.relid, 'dbcare_trash_truncate', 'before truncate', 'for each statement', 34, false, array[pg_catalog.min(f.table_id)::text],
		pg_catalog.min(f.table_id), pg_catalog.min(f.root)
	from family as f
	join pg_catalog.pg_class as c on c.oid = f.relid and c.relkind = 'p'
	cross join lateral pg_catalog.pg_partition_tree(f.relid) as p
	where p.relid not in (select o.relid from family as o)
	group by p.relid
	union all
	select l.relid, 'dbcare_trash_link_' || pg_catalog.left(pg_catalog.md5(l.conname), 16) || case when c.relkind = 'p' then '_' || b.table_id else '' end,
		'after update of ' || (select pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ') from pg_catalog.unnest(l.columns) as c),
		'for each row' || case when l.confdeltype = 'n'
			then pg_catalog.format(' when (old.%1$I is not null and new.%1$I is null)', l.columns[1]) else '' end,
		17, l.confdeltype = 'n', array[b.table_id::text, l.conname::text] || l.columns::text[], b.table_id, l.root
	from link as l
	join pg_catalog.pg_class as c on c.oid = l.relid
	left join bound as b on b.relid = l.relid
), difference as (
	select coalesce(n.relid, e.relid) as relid, coalesce(n.name, e.name) as name, n.event, n.fires, e.is_disabled,
		(select pg_catalog.string_agg(pg_catalog.quote_literal(a.text), ', ' order by a.place)
			from pg_catalog.unnest(n.arguments) with ordinality as a (text, place)) as arguments,
		n.relid is null as is_foreign, n.table_id is null and n.relid is not null as is_new, n.root, k.drops
	from needed as n
	full join existing as e on e.relid = n.relid and e.name = n.name
	cross join (values (true), (false)) as k (drops)
	where case when n.relid is null then k.drops when e.relid is null then not k.drops
		when e.type <> n.type or e.has_condition <> n.has_condition or e.arguments <> (
			select pg_catalog.string_agg(pg_catalog.convert_to(a.text, pg_catalog.getdatabaseencoding()) || '\x00'::bytea, '' order by a.place)
			from pg_catalog.unnest(n.arguments) with ordinality as a (text, place)) then true
		else e.is_disabled and not k.drops end
)
-- triggers are created as the owner of their table
select pg_catalog.min(pg_catalog.format('%I.%I', s.nspname, c.relname)) as table_name,
	pg_catalog.format('grant execute on function %s() to %I', capture.name, pg_catalog.pg_get_userbyid(c.relowner)) as statement, 0 as place,
	false as is_foreign
from difference as d
join pg_catalog.pg_class as c on c.oid = d.relid
join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
cross join capture
where not d.drops and not pg_catalog.has_function_privilege(c.relowner, capture.oid, 'execute')
group by capture.name, c.relowner
union all
select t.*
from (select pg_catalog.format('%I.%I', s.nspname, c.relname) as table_name,
	-- a table that has no number yet gets one
	case when d.is_new then pg_catalog.format('select %s(%L, ''{"mode": "trash"}'')',
			pg_catalog.replace(capture.name, 'dbarchive_capture', 'dbarchive_enable'), d.root)
		when d.drops
		then pg_catalog.format('drop trigger %I on %I.%I', d.name, s.nspname, c.relname)
		when d.is_disabled and not exists (select from difference as o where o.relid = d.relid and o.name = d.name and o.drops)
		then pg_catalog.format('alter table %I.%I enable trigger %I', s.nspname, c.relname, d.name)
		else pg_catalog.format('create trigger %I %s on %I.%I %s execute function %s(%s)', d.name, d.event,
			s.nspname, c.relname, d.fires, capture.name, d.arguments) end as statement, (pg_catalog.row_number() over (order by d.drops desc, s.nspname, c.relname, d.name))::pg_catalog.int4 as place,
	d.is_foreign and not pg_catalog.pg_has_role(c.relowner, 'usage') as is_foreign
from difference as d
join pg_catalog.pg_class as c on c.oid = d.relid
join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
cross join capture
order by table_name, d.name, d.drops desc) as t
order by place
