-- The option role: whose rights the scripts of migrations have.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create role dbcare_test_owner;
create role dbcare_test_runner noinherit;
create role dbcare_test_other;
create schema owned authorization dbcare_test_owner;
select dbcare_install();
select dbcare_grant('dbcare_test_runner', 'migrate');
grant dbcare_test_owner to dbcare_test_runner;

select dbmigrate_add('1', 'one', 'create table owned.one (id int primary key);
	create function owned.who() returns trigger language plpgsql as $$ begin
		insert into owned.seen values (current_user); return new; end $$;
	create table owned.seen (who text);
	create constraint trigger later after insert on owned.one deferrable initially deferred
		for each row execute function owned.who();
	insert into owned.one values (1)', 'drop table owned.one; drop table owned.seen; drop function owned.who()');
select dbmigrate_add('2', 'two', 'set role dbcare_test_owner; create table owned.two (id int)', 'drop table owned.two');

-- the tests that follow are not the runner's, so each call becomes the runner
create function pg_temp.as_runner(statement text) returns text language plpgsql as $$
declare
	result text;
begin
	set local session authorization dbcare_test_runner;
	execute statement into result;
	reset session authorization;
	return result;
end $$;

select throws_ok($$select pg_temp.as_runner($s$select dbmigrate_apply('1', '{"role": "dbcare_test_other"}')$s$)$$,
	'42501', 'permission denied to set role "dbcare_test_other"', 'a role without membership is refused');
reset session authorization;
select throws_ok($$select pg_temp.as_runner($s$select dbmigrate_apply('1', '{"role": "no such"}')$s$)$$,
	'22023', 'role "no such" does not exist', 'a role that does not exist is refused');
reset session authorization;
select throws_ok($$select pg_temp.as_runner('select dbmigrate_apply(''1'')')$$, '42501', null,
	'without the option the scripts have the rights of the caller');
reset session authorization;
select throws_ok($$select dbmigrate_apply('1', '{"role": 1}')$$, '22023', null, 'the option role is a string');
select lives_ok($$select pg_temp.as_runner($s$select dbmigrate_apply('1', '{"role": "dbcare_test_owner"}')$s$)$$,
	'a role with membership runs the scripts');
select is((select relowner::regrole::text from pg_class where oid = 'owned.one'::regclass), 'dbcare_test_owner',
	'the role owns the created objects');
select is((select who from owned.seen), 'dbcare_test_owner', 'deferred triggers fire as that role');
select is((select role_name from dbmigrate_history() where event = 'apply' and version = '1'), 'dbcare_test_owner',
	'history has the role');
select is((select role_name from dbcare.ledger where version = '1'), 'dbcare_test_owner', 'the ledger has the role');
select is(current_user, session_user, 'the session has the role it had');

select lives_ok($$select dbmigrate_apply('2')$$, 'a script may set its own role');
select is(current_user, session_user, 'the role set by a script ends with it');
select is((select role_name from dbmigrate_history() where event = 'apply' and version = '2'), current_user::text,
	'without the option the history has the caller''s role');
select lives_ok($$select pg_temp.as_runner($s$select dbmigrate_rollback('0', '{"role": "dbcare_test_owner"}')$s$)$$,
	'rollback accepts the option');
select is((select role_name from dbmigrate_history() where event = 'rollback' and version = '1'), 'dbcare_test_owner',
	'the history has the role of a rollback');

-- a script keeps the role it is given, whatever it calls
create function pg_temp.leaves(script text) returns void language plpgsql as $$
begin
	perform dbmigrate_add('3', 'leaves', script || '; create table owned.three (id int)', 'drop table owned.three');
	perform dbmigrate_apply('3', '{"role": "dbcare_test_owner"}');
end $$;
grant dbcare_test_owner to dbcare_test_other;
select throws_ok($$select dbmigrate_apply('2', '{"role": "dbcare_test_owner"}')$$, '55P02', null,
	'with the option a script cannot set even the same role');
select lives_ok($$select dbmigrate_apply('2')$$, 'without the option a script may reset the role');
select throws_ok(format('select pg_temp.leaves(%L)', script), '55P02', format(
	'parameter "%s" cannot be changed now', parameter), script || ' is refused')
from (values ('reset role', 'role'), ('set role none', 'role'), ('set local role dbcare_test_other', 'role'),
	('set session authorization default', 'session_authorization'),
	('select set_config(''role'', ''none'', false)', 'role'),
	('do $d$ begin reset role; end $d$', 'role'),
	('do $d$ begin begin reset role; exception when others then raise; end; end $d$', 'role'),
	('reset session authorization', 'session_authorization')) as s (script, parameter);
select throws_ok($$select dbmigrate_apply('3', '{"role": "dbcare_test_owner"}')$$, '42704', null, 'a refused script leaves nothing');
select lives_ok($$select pg_temp.leaves('do $d$ begin begin execute ''reset role''; exception when others then null; end; end $d$')$$,
	'a script may catch the refusal');
select is((select relowner::regrole::text from pg_class where oid = 'owned.three'::regclass), 'dbcare_test_owner',
	'a caught refusal leaves the role unchanged');
select is(current_user, session_user, 'the session has its role after a caught refusal');
select lives_ok($$select dbmigrate_rollback('2', '{"role": "dbcare_test_owner"}')$$, 'the session has its role after a rollback');
-- what a script leaves for the end of the transaction would run as the caller
create function owned.note() returns trigger language plpgsql as $$ begin
	insert into owned.fired values (tg_name || ' as ' || current_user); return null; end $$;
create function owned.postpone() returns trigger language plpgsql as $$ begin
	set constraints owned.late deferred; insert into owned.late values (1); return null; end $$;
create function owned.insert_late() returns integer language plpgsql as $$ begin
	insert into owned.late values (1); return 1; end $$;
create table owned.fired (who text);
create table owned.late (id integer);
create table owned.twin (id integer);
create table owned.first (id integer);
create table owned.filled (id integer);
insert into owned.filled values (1);
create constraint trigger late after insert on owned.late deferrable initially deferred
	for each row execute function owned.note();
create constraint trigger twins after insert on owned.twin deferrable initially deferred
	for each row execute function owned.note();
create constraint trigger twins after insert on owned.filled for each row execute function owned.note();
create constraint trigger postpones after insert on owned.first deferrable initially deferred
	for each row execute function owned.postpone();
do $$
declare
	name text;
begin
	for name in select relname from pg_class where relnamespace = 'owned'::regnamespace and relkind = 'r' loop
		execute format('alter table owned.%I owner to dbcare_test_owner', name);
	end loop;
end $$;
select throws_ok(format('select pg_temp.leaves(%L)', script), state, message, script || ' is refused')
from (values
	('insert into owned.twin values (1)', '55000', 'the script leaves deferred triggers of table owned.twin'),
	('insert into owned.late values (1); revoke usage on schema owned from dbcare_test_owner', '55000',
		'the script leaves deferred triggers of table owned.late'),
	('insert into owned.first values (1)', '55000', 'the script leaves deferred triggers of table owned.late'),
	('declare c cursor with hold for select owned.insert_late()', '24000', 'the script leaves cursor "c" open')
	) as s (script, state, message);
declare kept cursor with hold for select 1;
insert into owned.twin values (1);
select lives_ok(format('select pg_temp.leaves(%L)', script), script || ' is not')
from (values ('insert into owned.late values (1); declare c cursor for select 1;
	alter table owned.filled add column n integer default owned.insert_late()')) as s (script);
set constraints all immediate;
select bag_eq('select who from owned.fired', $$values ('late as dbcare_test_owner'), ('late as dbcare_test_owner'),
	(format('twins as %s', current_user))$$, 'deferred triggers of a script fire as its role');
set role dbcare_test_runner;
reset role;

select * from finish();
rollback;
