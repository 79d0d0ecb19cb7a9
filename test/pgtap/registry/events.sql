-- Events on PostgreSQL: who calls, in which role, and who may read and write them.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create role dbcare_test_nobody;
create role dbcare_test_deployer;
create role dbcare_test_watcher;
create role dbcare_test_admin;
select dbcare_install();
select dbcare_grant('dbcare_test_deployer', 'migrate');
select dbcare_grant('dbcare_test_watcher', 'monitor');
select dbcare_grant('dbcare_test_admin', 'admin');

-- ---- who calls ----

set application_name = 'events test';
set local role dbcare_test_deployer;
select dbmigrate_add('1', 'one', 'select 1', null, '{"description": "none"}');
reset role;
select is((select concat_ws(' ', who, role, application, function_name) from dbcare_events('{"limit": 1}')),
	session_user || ' dbcare_test_deployer events test dbmigrate_add',
	'an event has the session user and the role of the session');

set local role dbcare_test_deployer;
set local dbcare.actor = 'somebody else';
select dbmigrate_add('2', 'two', 'select 2');
reset dbcare.actor;
reset role;
select is((select who from dbcare_events('{"limit": 1}')), format('somebody else (%s)', session_user),
	'the session user follows an actor that the session has set');

create function definer() returns jsonb language sql security definer as $$select dbmigrate_add('3', 'three', 'select 3')$$;
grant execute on function dbmigrate_add(text, text, text, text, jsonb) to dbcare_test_deployer;
alter function definer() owner to dbcare_test_deployer;
select definer();
select is((select role from dbcare_events('{"limit": 1}')), 'dbcare_test_deployer', 'the role is that of a security definer function');

-- a superuser does not run the texts of that role
select dbmigrate_remove(version) from unnest(array['1', '2', '3']) as v (version);

-- the call is recorded, whatever becomes of the role
select dbmigrate_add('4', 'four', 'set local role dbcare_test_deployer');
select dbmigrate_apply('4');
reset role;
select is((select role from dbcare_events('{"limit": 1}')), session_user::text, 'the role is the one at the start of the call');

-- nested calls have events of their own
select dbmigrate_add('5', 'five', $$select dbcare_set('lock_retries', 3)$$);
select dbmigrate_apply('5');
select results_eq($$select function_name, arguments from dbcare_events('{"limit": 2}')$$,
	$$values ('dbcare_set', '{"name": "lock_retries", "value": 3}'::jsonb), ('dbmigrate_apply', '{"target": "5"}')$$,
	'a call within a migration leaves an event of its own');

-- a failure that is caught leaves none
select throws_ok($$select dbcare_set('lock_retries', -1)$$, '22023', null, 'a call fails');
select is((select function_name from dbcare_events('{"limit": 1}')), 'dbmigrate_apply', 'a caught failure leaves no event');

-- ---- who may read, who may write ----

set local role dbcare_test_nobody;
select throws_ok('select * from dbcare_events()', '42501', null, 'an ordinary role cannot read events');
select throws_ok('select arguments from dbcare.event', '42501', null, 'nor the table');
reset role;
set local role dbcare_test_deployer;
select throws_ok('select * from dbcare_events()', '42501', null, 'a deployer cannot read events');
reset role;
set local role dbcare_test_watcher;
select lives_ok('select * from dbcare_events()', 'area monitor reads events');
select throws_ok('delete from dbcare.event', '42501', null, 'area monitor cannot delete events');
reset role;
set local role dbcare_test_admin;
select lives_ok('select * from dbcare_events()', 'area admin reads events');
select throws_ok($$insert into dbcare.event (at, who, function_name, arguments, outcome, duration_ms)
	values (now(), 'forged', 'dbcare_set', '{}', 'ok', 1)$$, '42501', null, 'area admin cannot forge events');
select throws_ok($$update dbcare.event set who = 'forged'$$, '42501', null, 'nor change them');
select throws_ok('truncate dbcare.event', '42501', null, 'nor truncate them');
select throws_ok($$select setval('dbcare.event_event_id_seq', 1)$$, '42501', null, 'nor reset their numbers');
select throws_ok($$set dbcare.events_days = 1$$, '42501', null, 'a session cannot shorten the time for which events stay');
select lives_ok($$select dbcare_set('slow_query_ms', 120)$$, 'area admin writes');
reset role;
select is((select role || ' ' || outcome from dbcare_events('{"limit": 1}')), 'dbcare_test_admin ok',
	'and leaves an event, which the owner of the table has written');

-- a role with nothing but the function leaves an event, too
grant execute on function dbcheck_repair(jsonb) to dbcare_test_nobody;
create table own (id integer primary key);
alter table own owner to dbcare_test_nobody;
set local role dbcare_test_nobody;
select lives_ok($$select dbcheck_repair('{"orphans": "set_null"}')$$, 'a role that may call a single function calls it');
reset role;
select is((select role from dbcare_events('{"limit": 1}')), 'dbcare_test_nobody', 'and leaves an event');

-- ---- how long events stay ----

-- the next number that is a multiple of 32 deletes old events
create function calls(n integer) returns void language plpgsql as $$
begin
	for i in 1 .. n loop
		perform dbcare_set('slow_query_ms', i);
	end loop;
end $$;
update dbcare.event set at = now() - interval '91 days';
select calls(33);
select is((select count(*) from dbcare.event where at < now() - interval '90 days'), 0::bigint, 'old events are deleted');
select dbcare_set('events_days', 0);
update dbcare.event set at = now() - interval '1000 days';
select calls(33);
select isnt((select count(*) from dbcare.event where at < now() - interval '900 days'), 0::bigint, '0 keeps them for ever');
update dbcare.setting set value = 'some' where name = 'events_days';
select lives_ok('select calls(33)', 'an invalid stored setting does not prevent calls');
select lives_ok($$select dbcare_set('events_days', null)$$, 'and can be corrected');

-- ---- planted values ----

alter table dbcare.event drop constraint event_outcome_check;
update dbcare.event set arguments = '{"a": 1' where event_id = (select max(event_id) from dbcare.event);
select throws_matching('select * from dbcare_events()', 'arguments is not JSON', 'arguments that are not JSON');

select * from finish();
rollback;
