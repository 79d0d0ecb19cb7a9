-- Health checks of migrations: migration_failed, migration_modified,
-- migrations_pending, schema_drift.
create temp view migration_said as
	select check_id, severity, object, reason
	from dbhealth_checks('{"checks": ["migration_failed", "migration_modified", "migrations_pending", "schema_drift"]}');

-- a migration that waits for 8 days is a warning
select dbmigrate_add('1', 'one', 'create table one (id integer primary key)') is not null;
select dbmigrate_apply() is not null;
select dbmigrate_add('2', 'two', 'vacuum') is not null;
update dbcare_migration set registered_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-8 days') where version = '2';
select check_id, severity, object from migration_said;
--> 1
--> 1
--> 1
--> migration_failed|ok|
--> migration_modified|ok|
--> migrations_pending|warning|2
--> schema_drift|ok|

-- half a script is critical, and each check has its finding
update dbcare_migration set failed_at = registered_at, failure = 'planted', transactional = 0 where version = '2';
update dbcare_migration set checksum = printf('%064d', 0), up_sql = 'select 1' where version = '1';
create table two (id integer primary key);
select check_id, severity, object from migration_said;
--> migration_failed|critical|2
--> migration_modified|warning|1
--> migrations_pending|ok|
--> schema_drift|warning|two

-- a large schema is not compared at level fast, and its drift is unknown
insert into dbcare_snapshot_object (type, name, parent, position, definition)
select 'view', 'v' || value, 'v' || value, value + 100, 'create view v' || value || ' as select 1' from generate_series(1, 2000);
select severity, reason from dbhealth_checks where check_id = 'schema_drift';
select dbhealth_report() -> 'migrations' -> 'drift';
--> unknown|the stored schema has 2001 objects: level full compares more than 2000
--> null

-- level full compares it
select count(*) from dbhealth_checks('{"level": "full", "checks": ["schema_drift"]}') where severity = 'warning';
--> 2001
