-- columns: table_name, statement, place
-- The statements that make the triggers those that the tables with mode trash
-- need: each of these tables, and the tables whose rows its cascades delete, has
-- one that keeps deleted rows and one that refuses TRUNCATE, and a table whose
-- foreign keys that sets to null or their default has one that keeps the keys.
-- Triggers of a partitioned table also fire for its partitions.  Disabled ones are
-- enabled.
with recursive capture as (
	select p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) as name
	from pg_catalog.pg_extension as x
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = x.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid and p.proname = 'dbarchive_capture'
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where x.extname = 'dbcare'
), family (relid) as (
	select pg_catalog.to_regclass(t.table_name)::pg_catalog.oid
	from dbcare.archived_table as t
	where t.mode = 'trash'
	union
	select con.conrelid
	from family
	join pg_catalog.pg_constraint as con on con.confrelid = family.relid and con.contype = 'f'
		and con.confdeltype = 'c' and con.conparentid = 0
), link as (
	-- PostgreSQL 15 can set some of the columns alone
	select con.conrelid as relid, con.conname, con.confdeltype,
		pg_catalog.array_agg(a.attname order by k.place) as columns
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype in ('n', 'd') and con.conparentid = 0
	cross join lateral pg_catalog.unnest(coalesce(
		pg_catalog.translate(pg_catalog.to_jsonb(con) ->> 'confdelsetcols', '[]', '{}')::pg_catalog.int2[],
		con.conkey)) with ordinality as k (attnum, place)
	join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.attnum
	group by con.conrelid, con.conname, con.confdeltype
), needed as (
	-- the argument tells the name after the table was renamed
	select f.relid, k.name, k.event, k.fires, case when k.has_name
		then pg_catalog.quote_literal(pg_catalog.format('%I.%I', s.nspname, c.relname)) else '' end as arguments
	from family as f
	join pg_catalog.pg_class as c on c.oid = f.relid
	join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
	cross join (values ('dbcare_trash', 'after delete', 'for each row', true),
		('dbcare_trash_truncate', 'before truncate', 'for each statement', false)) as k (name, event, fires, has_name)
	union all
	select l.relid, 'dbcare_trash_link_' || pg_catalog.left(pg_catalog.md5(l.conname), 16),
		'after update of ' || (select pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ') from pg_catalog.unnest(l.columns) as c),
		'for each row' || case when l.confdeltype = 'n'
			then pg_catalog.format(' when (old.%1$I is not null and new.%1$I is null)', l.columns[1]) else '' end,
		pg_catalog.quote_literal(l.conname) || (select pg_catalog.string_agg(', ' || pg_catalog.quote_literal(c), '') from pg_catalog.unnest(l.columns) as c)
	from link as l
), existing as (
	select t.tgrelid as relid, t.tgname as name, t.tgenabled in ('D', 'R') as is_disabled,
		case when t.tgname = 'dbcare_trash' then pg_catalog.quote_literal(
			pg_catalog.convert_from(pg_catalog.substring(t.tgargs, 1, greatest(pg_catalog.octet_length(t.tgargs) - 1, 0)), pg_catalog.getdatabaseencoding())) end as arguments
	from pg_catalog.pg_trigger as t
	join capture on capture.oid = t.tgfoid
	where not t.tgisinternal and coalesce(pg_catalog.to_jsonb(t) ->> 'tgparentid', '0') = '0'
), difference as (
	select coalesce(n.relid, e.relid) as relid, coalesce(n.name, e.name) as name, n.event, n.fires, n.arguments, e.is_disabled,
		k.drops
	from needed as n
	full join existing as e on e.relid = n.relid and e.name = n.name
	cross join (values (true), (false)) as k (drops)
	where case when n.relid is null then k.drops when e.relid is null then not k.drops
		when e.arguments <> n.arguments then true else e.is_disabled and not k.drops end
)
select pg_catalog.format('%I.%I', s.nspname, c.relname) as table_name,
	case when d.drops
		then pg_catalog.format('drop trigger %I on %I.%I', d.name, s.nspname, c.relname)
		when d.is_disabled and not exists (select from difference as o where o.relid = d.relid and o.name = d.name and o.drops)
		then pg_catalog.format('alter table %I.%I enable trigger %I', s.nspname, c.relname, d.name)
		else pg_catalog.format('create trigger %I %s on %I.%I %s execute function %s(%s)', d.name, d.event,
			s.nspname, c.relname, d.fires, capture.name, d.arguments) end as statement, 1 as place
from difference as d
join pg_catalog.pg_class as c on c.oid = d.relid
join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
cross join capture
order by table_name, d.name, d.drops desc
