-- columns: table_name, statement, place
-- The statements that make the triggers those that the tables with mode trash
-- need: each of these tables, and the tables whose rows its cascades delete, has
-- one that keeps deleted rows and one that refuses TRUNCATE.  Triggers of a
-- partitioned table also fire for its partitions.
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
), needed as (
	select f.relid, k.name, k.event
	from family as f
	cross join (values ('dbcare_trash', 'after delete on %s for each row'),
		('dbcare_trash_truncate', 'before truncate on %s for each statement')) as k (name, event)
	where f.relid is not null
), existing as (
	select t.tgrelid as relid, t.tgname as name
	from pg_catalog.pg_trigger as t
	join capture on capture.oid = t.tgfoid
	where not t.tgisinternal and coalesce(pg_catalog.to_jsonb(t) ->> 'tgparentid', '0') = '0'
), difference as (
	select coalesce(n.relid, e.relid) as relid, coalesce(n.name, e.name) as name, n.event
	from needed as n
	full join existing as e on e.relid = n.relid and e.name = n.name
	where n.relid is null or e.relid is null
)
select pg_catalog.format('%I.%I', s.nspname, c.relname) as table_name,
	case when d.event is null
		then pg_catalog.format('drop trigger %I on %I.%I', d.name, s.nspname, c.relname)
		else pg_catalog.format('create trigger %I %s execute function %s()', d.name,
			pg_catalog.format(d.event, pg_catalog.format('%I.%I', s.nspname, c.relname)), capture.name) end as statement, 1 as place
from difference as d
join pg_catalog.pg_class as c on c.oid = d.relid
join pg_catalog.pg_namespace as s on s.oid = c.relnamespace
cross join capture
order by table_name, d.name
