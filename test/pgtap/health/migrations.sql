-- Health checks of migrations: migration_failed, migration_modified,
-- migrations_pending, schema_drift.
begin;
\ir begin.psql
select no_plan();
create role hm_guest;
create temporary view said as
	select check_id, severity, object, reason
	from dbhealth_checks('{"checks": ["migration_failed", "migration_modified", "migrations_pending", "schema_drift"]}');
grant select on said to hm_guest;

select dbmigrate_add('1', 'one', 'create table hm_one (id int primary key)') is not null as added \gset
select dbmigrate_apply() is not null as applied \gset
select dbmigrate_add('2', 'two', 'vacuum') is not null as added \gset
update dbcare.migration set registered_at = now() - interval '8 days' where version = '2';
select results_eq('select check_id, severity, object from said',
	$$values ('migration_failed', 'ok', null), ('migration_modified', 'ok', null), ('migrations_pending', 'warning', '2'),
		('schema_drift', 'ok', null)$$, 'a migration that waits for 8 days is a warning');
update dbcare.migration set failed_at = now(), failure = 'planted', transactional = false where version = '2';
update dbcare.migration set checksum = repeat('0', 64), up_sql = 'select 1' where version = '1';
create table hm_two (id int primary key);
select results_eq('select check_id, severity, object from said',
	$$values ('migration_failed', 'critical', '2'), ('migration_modified', 'warning', '1'), ('migrations_pending', 'ok', null),
		('schema_drift', 'warning', 'public.hm_two')$$, 'half a script is critical, and each check has its finding');
set role hm_guest;
select results_eq('select distinct severity, reason from said',
	$$values ('unknown', 'permission denied for table migration')$$, 'a role that may not read the migrations gets unknown');
select is(dbhealth_score('{"checks": ["migration_failed", "schema_drift"]}'), 100::bigint, 'which costs no points');
reset role;

insert into dbcare.snapshot_object (type, name, position, definition)
select 'view', 'public.v' || n, 0, '' from generate_series(1, 2000) as n;
select is((select format('%s %s', severity, reason) from dbhealth_checks() where check_id = 'schema_drift'),
	format('unknown the stored schema has %s objects: level full compares more than 2000', count(*)),
	'a large schema is not compared at level fast')
from dbcare.snapshot_object;
select is(dbhealth_report() -> 'migrations' -> 'drift', 'null', 'and its drift is unknown');
select ok((select count(*) from dbhealth_checks('{"level": "full", "checks": ["schema_drift"]}') where severity = 'warning') > 2000,
	'level full compares it');

-- what is stored may be false
delete from dbcare.snapshot_object where type = 'view';
update dbcare.snapshot_object set definition = 'text' where type = 'column';
update dbcare.snapshot_object set name = '' where type = 'constraint';
select ok((select count(*) from dbmigrate_drift() where change = 'renamed') = 1, 'a stored object without a name is one that was renamed');

select * from finish();
rollback;
