-- columns: area, statement
-- The privileges that each area requires, as statements that grant them to role
-- $1; null if the role does not exist.  Only the owner can drop or upgrade
-- dbcare's tables, which cannot be granted.  The same is true for adding data
-- rules, which run as the owner of their table. dbcare writes the log of
-- migrations with the rights of its owner, so other roles only need to read it;
-- without the extension they write it, and the events, themselves.
-- Area monitor may start and stop monitoring, which takes samples as the owner,
-- but not delete them.  Area audit reads and verifies the log of changes, and
-- cannot change it; neither can area admin.
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
), need (area, place, privilege) as (
	select distinct a.area, 1, pg_catalog.format('usage on schema %I', a.schema_name)
	from allowed as a
	union all
	select a.area, 2, 'execute on routine ' || a.signature
	from allowed as a
	union all
	values ('monitor', 3, 'usage on schema dbcare'),
		('monitor', 4, 'select on dbcare.bookkeeping, dbcare.setting, dbcare.migration, dbcare.dependency, dbcare.ledger, dbcare.history, dbcare.history_head, dbcare.deployment, dbcare.snapshot, dbcare.snapshot_object, dbcare.schema_change, dbcare.rule, dbcare.suppression, dbcare.adoption, dbcare.event'),
		('monitor', 5, 'select, insert, update, delete on dbcare.monitor, dbcare.sample, dbcare.table_sample, dbcare.query, dbcare.query_seen, dbcare.query_mark, dbcare.slow_log, dbcare.wait_event, dbcare.vacuum_due, dbcare.check_run, dbcare.alert'),
		('migrate', 3, 'usage on schema dbcare'),
		('migrate', 4, 'select on dbcare.bookkeeping, dbcare.setting, dbcare.schema_change, dbcare.rule'),
		('migrate', 5, 'select, insert, update, delete on dbcare.migration, dbcare.dependency, dbcare.ledger, dbcare.deployment, dbcare.snapshot, dbcare.snapshot_object, dbcare.adoption, dbcare.backfill, dbcare.manifest, dbcare.seed, dbcare.seed_row'),
		('migrate', 6, 'select on dbcare.history, dbcare.history_head'),
		('archive', 3, 'usage on schema dbcare'),
		('archive', 4, 'select on dbcare.bookkeeping, dbcare.setting, dbcare.rule, dbcare.schedule'),
		('archive', 5, 'select, insert, update, delete on dbcare.archived_table, dbcare.trash, dbcare.hold, dbcare.policy, dbcare.policy_run, dbcare.left_file'),
		('archive', 7, 'usage on sequence dbcare.trash_batch'),
		('archive', 6, 'select, insert, delete on dbcare.quarantine'),
		('backup', 3, 'usage on schema dbcare'),
		('backup', 4, 'select on dbcare.bookkeeping, dbcare.setting, dbcare.rule, dbcare.schedule'),
		('audit', 3, 'usage on schema dbcare'),
		('audit', 4, 'select on dbcare.bookkeeping, dbcare.setting, dbcare.audited_table, dbcare.audit_shape, dbcare.audit_context, dbcare.audit_entry, dbcare.audit_seal'),
		('admin', 3, 'usage on schema dbcare'),
		('admin', 4, 'select, insert, update, delete on dbcare.bookkeeping, dbcare.setting, dbcare.migration, dbcare.dependency, dbcare.ledger, dbcare.deployment, dbcare.snapshot, dbcare.snapshot_object, dbcare.backfill, dbcare.monitor, dbcare.sample, dbcare.table_sample, dbcare.query, dbcare.query_seen, dbcare.query_mark, dbcare.slow_log, dbcare.wait_event, dbcare.vacuum_due, dbcare.check_run, dbcare.alert, dbcare.suppression, dbcare.adoption'),
		('admin', 12, 'select, insert, update, delete on dbcare.seed, dbcare.seed_row, dbcare.manifest'),
		('admin', 5, 'select on dbcare.history, dbcare.history_head'),
		('admin', 6, 'select on dbcare.schema_change, dbcare.rule, dbcare.event'),
		('admin', 7, 'select, insert, update on dbcare.repair'),
		('admin', 8, 'select, insert on dbcare.repair_table'),
		('admin', 9, 'select, insert, update, delete on dbcare.quarantine'),
		('admin', 10, 'select, insert, update, delete on dbcare.archived_table, dbcare.trash, dbcare.hold, dbcare.policy, dbcare.policy_run, dbcare.left_file, dbcare.schedule'),
		('admin', 11, 'usage on sequence dbcare.trash_batch')
	union all
	select w.area, 13, w.privilege
	from (values ('migrate', 'insert, update on dbcare.history, dbcare.history_head'),
		('migrate', 'select, insert, update, delete on dbcare.event'),
		('admin', 'insert, update on dbcare.history, dbcare.history_head'),
		('admin', 'select, insert, update, delete on dbcare.event')) as w (area, privilege)
	where not exists (select from pg_catalog.pg_extension as e where e.extname = 'dbcare')
)
select n.area, 'grant ' || n.privilege || ' to ' || (select pg_catalog.quote_ident(r.rolname)
		from pg_catalog.pg_roles as r where r.rolname = $1) as statement
from need as n
order by n.area, n.place, n.privilege
