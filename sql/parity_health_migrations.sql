-- Health checks of migrations, and what the report and the page say of them.
select check_id, severity, reason from dbhealth_checks('{"checks": ["migration_failed", "migration_modified", "migrations_pending", "schema_drift"]}');
select dbmigrate_add('1', 'first', 'create table hm_one (id integer primary key)', 'drop table hm_one') is not null;
select dbmigrate_add('2', 'second', 'create table hm_two (id integer primary key)', 'drop table hm_two') is not null;
select check_id, severity, object, value < 0.1, reason from dbhealth_checks('{"checks": ["migration_failed", "migration_modified", "migrations_pending", "schema_drift"]}');
select dbmigrate_apply() is not null;
select check_id, severity, object, reason from dbhealth_checks('{"checks": ["migration_failed", "migration_modified", "migrations_pending", "schema_drift"]}');
select cast(dbhealth_report() -> 'migrations' ->> 'drift' as text) in ('false', '0');

-- the schema is changed by hand
create table hm_other (id integer primary key);
select check_id, severity, replace(message, 'public.', ''), replace(suggestion, 'public.', ''), fix_sql from dbhealth_checks('{"checks": ["schema_drift"]}') where object like '%hm_other';
select cast(dbhealth_report() -> 'migrations' ->> 'drift' as text) in ('true', '1');
-- a report without the check does not know
select dbhealth_report('{"checks": ["version_eol"]}') -> 'migrations' ->> 'drift' is null;
select dbmigrate_repair('{"accept_drift": true}') is not null;
select severity, message from dbhealth_checks('{"checks": ["schema_drift"]}');

-- an applied text is changed
select dbmigrate_add('2', 'second', 'create table hm_two (id integer primary key, a integer)', 'drop table hm_two') is not null;
select severity, object, message, suggestion, cast(penalty as integer) from dbhealth_checks('{"checks": ["migration_modified"]}');
select dbhealth_html() like '%<li>Migration <strong>2</strong> (second) was modified after it was applied.</li>%';
select dbmigrate_repair('{"accept": ["2"]}') is not null;
select severity, message from dbhealth_checks('{"checks": ["migration_modified"]}');

-- a migration fails, and waits
select dbmigrate_add('3', 'third', 'insert into hm_missing values (1)', null) is not null;
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'statement_no';
select severity, object, message, suggestion, cast(penalty as integer) from dbhealth_checks('{"checks": ["migration_failed"]}');
select dbhealth_html() like '%<li>Migration <strong>3</strong> (third) failed.</li>%';
select dbmigrate_add('3', 'third', 'insert into hm_two values (1)', null) is not null;
select dbmigrate_add('4', 'fourth', 'insert into hm_two values (2)', null) is not null;
select severity, message from dbhealth_checks('{"checks": ["migration_failed"]}');
select dbcare_set('check_migrations_pending_warning', 0) ->> 'value';
select severity, message, suggestion, cast(penalty as integer) from dbhealth_checks('{"checks": ["migrations_pending"]}');
select dbcare_set('check_migrations_pending_warning', null) is not null;
select severity, cast(penalty as integer) from dbhealth_checks('{"checks": ["migrations_pending"]}');
