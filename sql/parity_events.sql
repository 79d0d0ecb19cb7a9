-- Events: one for each call of a function that writes.
-- without dbcare's tables nothing is listed, and a call that creates none leaves none
select count(*) from dbcare_events();
call dbhealth_optimize('{"dry_run": "no"}');
select count(*) from dbcare_events();
-- who called what, and how it ended
select dbcare_set('slow_query_ms', 250);
select event_id, function_name, arguments, outcome, sqlstate from dbcare_events();
select at > '2026-01-01', who is not null, address is null, duration_ms >= 0 from dbcare_events();
-- the setting actor, even by the call that stores it
select dbcare_set('actor', 'O''Brien "the dba"');
select event_id, who from dbcare_events('{"after": 1}');
-- PURE and READ functions leave none
select dbcare_version(), dbcare_get('actor');
select count(*) from dbmigrate_status();
select count(*) from dbcare_settings() where name = 'events_days';
select count(*) from dbcare_events();
-- a call that changes nothing and a dry run leave one
select dbcare_install();
call dbhealth_fix('missing_fk_index');
select function_name, arguments, outcome from dbcare_events('{"after": 2}');
-- a WRITE function that fails leaves none
select dbcare_set('no_such_setting', 1);
select dbcare_set('slow_query_ms', 'fast');
select dbmigrate_apply('1');
select max(event_id) from dbcare_events();
-- inside a transaction, an event is rolled back with its work
begin;
select dbcare_set('lock_retries', 3);
select count(*) from dbcare_events('{"after": 4}');
rollback;
select count(*) from dbcare_events('{"after": 4}');
select dbcare_get('lock_retries');
-- literals in SQL, secrets and passwords are left out
select dbmigrate_add('1', 'one', 'create table one (a text default ''geheim'', b integer default 42); insert into one values (''topsecret'', 7)', 'drop table one', '{"verify_sql": "select count(*) = 1 from one where a = ''topsecret''", "description": "see postgres://me:geheim@db.example/x?a=1, password = ''ge heim''"}') ->> 'action';
select dbmigrate_add('2', 'two', '{"postgresql": "select ''geheim''", "sqlite": "select ''geheim''"}', null, '{"verify_sql": "select 1 = 2", "description": "PassWD=\"ge heim\" user:geheim@host"}') ->> 'action';
select dbmigrate_load('{"3_three.sql": "create table three (a text default ''geheim'')"}', '{"format": "plain"}') ->> 'added';
select dbmigrate_apply('1') ->> 'applied';
select dbcheck_rule_add('cheap', 'one', 'b < 100', '{"repair_sql": "b = 99", "where": "a <> ''geheim''"}') ->> 'name';
select function_name, arguments from dbcare_events('{"after": 4}');
-- long texts are cut
select dbmigrate_add('5', replace(replace('aaaaaaaaaa', 'a', 'bbbbbbbbbb'), 'b', 'äbcdefghij'), 'select ''geheim'', ' || replace(replace('aaaaaaaaaa', 'a', 'bbbbbbbbbb'), 'b', 'abcdefghij')) ->> 'version';
select arguments from dbcare_events('{"limit": 1}');
-- failures that do not roll back the call: reported, or of a procedure
select dbmigrate_apply('2', '{"on_error": "report"}') ->> 'failed';
call dbmigrate_deploy('2');
call dbmigrate_deploy('2', '{"on_error": 1}');
call dbmigrate_backfill('none', 'update no_such_table set a = 1');
select function_name, arguments, outcome, sqlstate from dbcare_events() where outcome = 'failed';
-- pages, functions, times
select function_name from dbcare_events('{"limit": 2}');
select event_id from dbcare_events('{"after": 1, "limit": 2}');
select function_name, arguments ->> 'version' from dbcare_events('{"function_name": "dbmigrate_add", "limit": 1}');
select function_name, arguments ->> 'version' from dbcare_events('{"function_name": "dbmigrate_add", "after": 1, "limit": 2}');
select count(*) from dbcare_events('{"since": "2999-01-01"}');
select count(*) from dbcare_events('{"after": 1000000}');
select * from dbcare_events('{"since": "soon"}');
select * from dbcare_events('{"limit": 0}');
select * from dbcare_events('{"before": 1}');
-- uninstalling drops them
select dbcare_uninstall('{"confirm": "parity_events"}') -> 'dropped' ->> 'events';
select count(*) from dbcare_events();
