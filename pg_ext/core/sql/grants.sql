-- columns: area, statement, note
-- The privileges that each area requires, as statements that grant them to role
-- $1, null if the role does not exist; and what they do not include.
-- Areas call functions and read.  Only their owner writes dbcare's tables, and the
-- functions do so with the rights of that owner: an area gets no INSERT, UPDATE,
-- DELETE, TRUNCATE, REFERENCES or TRIGGER, and no sequence.  Row security restricts
-- what an area reads of the rows of other tables.  Without the extension there are
-- no functions in the server, so an area can only read.
with routine as (
	select p.oid::pg_catalog.regprocedure::text as signature, p.proname as name,
		n.nspname as schema_name, p.provolatile = 'v' as writes
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'dbcare'
), part (area, name, writes) as (
	values ('monitor', '^(dbcare|dbhealth|dbcheck)_', false),
		('monitor', '^dbmonitor_(?!reset)', null),
		('migrate', '^(dbcare|dbhealth)_', false),
		('migrate', '^dbmigrate_', null),
		('migrate', '^db(seed|init)_', null),
		('archive', '^(dbcare|dbhealth)_', false),
		('archive', '^dbarchive_', null),
		('audit', '^(dbcare|dbhealth|dbaudit)_', false),
		('backup', '^(dbcare|dbhealth)_', false),
		('backup', '^dbbackup_', null),
		('admin', '', null)
), allowed as (
	select distinct p.area, r.signature, r.schema_name
	from part as p
	join routine as r on r.name ~ p.name and r.writes = coalesce(p.writes, r.writes)
), readable (area, names) as (
	{area_tables}
), need (area, place, privilege) as (
	select distinct a.area, 1, pg_catalog.format('usage on schema %I', a.schema_name)
	from allowed as a
	union all
	select a.area, 2, 'execute on routine ' || a.signature
	from allowed as a
	union all
	select t.area, 3, 'usage on schema dbcare'
	from readable as t
	union all
	select t.area, 4, 'select on dbcare.' || pg_catalog.replace(t.names, ' ', ', dbcare.')
	from readable as t
)
select n.area, 'grant ' || n.privilege || ' to ' || (select pg_catalog.quote_ident(r.rolname)
		from pg_catalog.pg_roles as r where r.rolname = $1) as statement,
	case when not exists (select from pg_catalog.pg_extension as e where e.extname = 'dbcare')
		then (select 'The role may read. Without the extension, calls that write need the rights of the owner of schema dbcare'
				|| case when r.rolsuper then ', who is a superuser.' else pg_catalog.format(': GRANT %1$I TO %2$I; ALTER ROLE %2$I SET role = %1$L;', r.rolname, $1) end
			from pg_catalog.pg_namespace as s
			join pg_catalog.pg_roles as r on r.oid = s.nspowner
			where s.nspname = 'dbcare') end as note
from need as n
order by n.area, n.place, n.privilege
