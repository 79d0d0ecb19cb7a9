-- What dbcare_* promises on PostgreSQL alone: configuration parameters,
-- privileges, the life of dbcare's tables.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

-- ---- configuration parameters ----

select is(dbcare_get('slow_query_ms'), '100', 'default');
select dbcare_set('slow_query_ms', 200);
select is(dbcare_get('slow_query_ms'), '200', 'stored');
set dbcare.slow_query_ms = '300';
select is(dbcare_get('slow_query_ms'), '300', 'a configuration parameter wins over the stored value');
select is((select source from dbcare_settings() where name = 'slow_query_ms'), 'guc', 'the source is the configuration parameter');
set dbcare.slow_query_ms = 'soon';
select is((select value from dbcare_settings() where name = 'slow_query_ms'), 'soon', 'an invalid value is shown');
reset dbcare.slow_query_ms;
reset dbcare.slow_query_ms;
select is(dbcare_get('slow_query_ms'), '200', 'RESET restores the stored value');
set dbcare.slow_query_ms = 'fast';
select throws_ok($$select dbcare_get('slow_query_ms')$$, '22023',
	'setting "slow_query_ms" cannot be "fast" (configuration parameter)',
	'an invalid configuration parameter is reported with its source');
reset dbcare.slow_query_ms;
set dbcare.check_stats_stale_warning = '7';
select is(dbcare_get('check_stats_stale_warning'), '7', 'a configuration parameter sets a check');

-- production wins, whichever says so
select dbcare_set('environment', 'production');
set local dbcare.environment = 'development';
select is(dbcare_get('environment'), 'production', 'stored production wins over the parameter');
select dbcare_set('environment', 'testing');
set local dbcare.environment = 'production';
select is(dbcare_get('environment'), 'production', 'production of the parameter wins over the stored value');
reset dbcare.environment;
select is(dbcare_get('environment'), 'testing', 'otherwise the stored environment is used');

-- values of any type
select lives_ok($$select dbcare_set('auto_init', true)$$, 'a boolean');
select is(dbcare_get('auto_init'), 'true', 'a boolean is stored as true');
select lives_ok($$select dbcare_set('connection_usage_warning', 0.75)$$, 'a numeric');
select is(dbcare_get('connection_usage_warning'), '0.75', 'a numeric is stored unchanged');
select lives_ok($$select dbcare_set('actor', 'x'::varchar(10))$$, 'a varchar');

-- ---- privileges ----

create role dbcare_test_nobody;
create role dbcare_test_deployer;
create role dbcare_test_watcher;
create table fk_parent (id int primary key);
select dbmigrate_add('1', 'one', 'create table public.one (id int)', 'drop table public.one');

set local role dbcare_test_nobody;
select throws_ok($$select dbmigrate_apply()$$, '42501', null, 'an ordinary role cannot apply');
select throws_ok($$select dbcare_set('actor', 'me')$$, '42501', null, 'an ordinary role cannot set');
select throws_ok($$select dbcare_grant('dbcare_test_nobody', 'admin')$$, '42501', null, 'an ordinary role cannot grant');
select throws_ok($$select * from dbmigrate_status()$$, '42501', null, 'an ordinary role does not see migrations');
select lives_ok($$select count(*) from dbhealth_checks()$$, 'every role may run the health checks');
select lives_ok($$select dbhealth_report()$$, 'every role may read the report');
select isnt((select count(*) from dbcare_functions()), 0::bigint, 'every role may list the functions');
reset role;

select is(dbcare_grant('dbcare_test_deployer', 'migrate') ->> 'role', 'dbcare_test_deployer', 'grant migrate');
grant create on schema public to dbcare_test_deployer;
set local role dbcare_test_deployer;
select lives_ok($$select * from dbmigrate_status()$$, 'a deployer sees the migrations');
select lives_ok($$select dbmigrate_add('2', 'two', 'create table public.two (id int)', 'drop table public.two')$$, 'registers');
select lives_ok($$select dbmigrate_apply()$$, 'applies');
select lives_ok($$select dbmigrate_rollback()$$, 'a deployer rolls back');
select throws_ok($$select dbcare_set('actor', 'me')$$, '42501', null, 'a deployer cannot set');
reset role;
select is((select role_name from dbmigrate_history() where event = 'apply' and version = '2'),
	'dbcare_test_deployer', 'history has the role');

create role dbcare_test_admin;
select lives_ok($$select dbcare_grant('dbcare_test_admin', 'admin')$$, 'grant admin');
select schema_privs_are('dbcare', 'dbcare_test_admin', array['USAGE'], 'grant admin creates nothing beside dbcare''s tables');
select lives_ok($$select dbcare_grant('dbcare_test_watcher', 'monitor')$$, 'grant monitor');
set local role dbcare_test_watcher;
select isnt(dbhealth_report() #>> '{migrations,version}', null, 'a monitoring role sees migrations in the report');
select throws_ok($$select dbmigrate_apply()$$, '42501', null, 'a monitoring role cannot apply');
select lives_ok($$select * from dbcheck_rules()$$, 'a monitoring role sees the rules');
select lives_ok($$select * from dbcheck_run('{"sources": ["constraint", "rule"]}')$$, 'a monitoring role checks data that it can read');
select throws_ok($$select dbcheck_rule_drop('any')$$, '42501', null, 'a monitoring role cannot change rules');
select throws_ok($$select * from dbcare.quarantine$$, '42501', null, 'a monitoring role does not see the quarantine');
reset role;
select throws_ok($$select dbcare_grant('dbcare_test_watcher', 'everything')$$, '22023', null, 'an area that does not exist');
select throws_ok($$select dbcare_grant('no such role', 'monitor')$$, '42704', null, 'a role that does not exist');

-- ---- the life of dbcare's tables ----

select is(dbcare_install() ->> 'changed', 'false', 'dbcare_install() finds existing tables');
select throws_ok($$select dbcare_uninstall()$$, '22023', null, 'uninstall needs confirm');
drop extension dbcare;
select has_table('dbcare', 'ledger', 'drop extension keeps the ledger');
create extension dbcare;
select is((select count(*) from dbmigrate_status()), 2::bigint, 'create extension finds it again');
select is(dbcare_uninstall(jsonb_build_object('confirm', current_database())) #>> '{dropped,migrations}', '2',
	'uninstall reports the dropped objects');
select hasnt_schema('dbcare', 'uninstall drops the tables');
select is((select count(*) from dbmigrate_status()), 0::bigint, 'calls after uninstall work');

-- the extension and dbcare's tables may share a schema
select dbcare_install();
alter extension dbcare set schema dbcare;
select lives_ok($$select dbcare.dbcare_uninstall(jsonb_build_object('confirm', current_database()))$$,
	'uninstall when the extension is in schema dbcare');
select has_schema('dbcare', 'schema dbcare stays');
select hasnt_table('dbcare', 'ledger', 'the tables in schema dbcare are dropped');
alter extension dbcare set schema public;

-- functions of SQLite alone
select throws_ok($$select dbmigrate_rebuild('t', 'create table t (a integer)')$$, '0A000', 'dbmigrate_rebuild exists on SQLite only',
	'a function that PostgreSQL lacks says so');
select throws_ok($$select dbcheck_undo('x')$$, '22P02', 'invalid input syntax for type bigint: "x"', 'text that is no number');
select throws_ok($$select dbcheck_undo('99999999999999999999')$$, '22003', 'value "99999999999999999999" is out of range for type bigint',
	'a number out of range');
select throws_ok($$select dbmonitor_start('x')$$, '22P02', 'invalid input syntax for type double precision: "x"', 'text that is no real number');
select throws_ok($$select dbmonitor_start('1e400')$$, '22003', '"1e400" is out of range for type double precision', 'a real number out of range');
select throws_ok($$select dbcare_get(convert_from('\xc328', 'UTF8'))$$, '22021', 'invalid byte sequence for encoding "UTF8": 0xc3 0x28',
	'text that is not UTF-8');

create role hc_granted;
select matches(dbcare_grant('hc_granted', 'monitor')::text,
	'^{"area": "monitor", "role": "hc_granted", "granted": [1-9][0-9]*}$', 'a grant is counted');
select is((select jsonb_array_length(g -> 'grants') = (g ->> 'granted')::int
		from dbcare_grant('hc_granted', 'monitor', '{"verbose": true}') as g), true, 'its statements are listed on request');
select * from finish();
rollback;
