-- Who changes the schema outside migrations: dbmigrate_watch().
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create role dbcare_test_maker;
create schema watched;
grant usage, create on schema watched to dbcare_test_maker;
select dbmigrate_add('1', 'one', 'create table watched.one (id int primary key, note text)', 'drop table watched.one');
select dbmigrate_apply();

select is(dbmigrate_watch(true), '{"changed": true, "enabled": true}', 'dbmigrate_watch() enables the recording');
select is(dbmigrate_watch(true), '{"changed": false, "enabled": true}', 'once');
select is_empty('select * from dbmigrate_drift()', 'the event triggers are no drift');

-- ---- what is recorded ----

set local application_name = 'night shift';
alter table watched.one add column extra int;
select results_eq($$select changed_by, statement ~ 'add column extra', changed_at is not null
		from dbmigrate_drift() where object = 'watched.one.extra'$$,
	$$values (session_user::text collate "default", true, true)$$, 'an added column has the name of its author');
select is((select application from dbcare.schema_change where object = 'watched.one'), 'night shift',
	'the program is recorded');

create trigger loud before insert on watched.one for each row execute function suppress_redundant_updates_trigger();
select isnt((select changed_by from dbmigrate_drift() where object_type = 'trigger'), null,
	'a trigger of a table is recorded');
drop trigger loud on watched.one;

set local role dbcare_test_maker;
select lives_ok('create table watched.made (id int)', 'a role without rights on dbcare''s tables can create a table');
reset role;
select isnt((select statement from dbmigrate_drift() where object_type = 'table' and object = 'watched.made'), null,
	'the table of such a role is recorded');
drop table watched.made;
select ok(exists (select from dbcare.schema_change where object = 'watched.made' and command = 'DROP TABLE'),
	'dropped objects are recorded');

create foreign data wrapper plain;
create server there foreign data wrapper plain options (password 'secret');
select is((select statement from dbcare.schema_change where command = 'CREATE SERVER'), null,
	'a statement that may contain a password is not stored');
do $$ begin alter role dbcare_test_maker password 'secret'; create table watched.open (id int); end $$;
select is((select statement from dbcare.schema_change where object = 'watched.open'), null,
	'a script with such a statement is not stored');
create temp table passing (id int);
select ok(not exists (select from dbcare.schema_change where object ~ 'passing'), 'temporary objects are not recorded');

-- ---- what is not ----

select count(*) as before from dbcare.schema_change \gset
select dbmigrate_add('2', 'two', 'create table watched.two (id int); drop table watched.two;
	do $$ begin execute ''create table watched.three (id int)''; end $$', 'drop table watched.three');
select dbmigrate_apply();
select is((select count(*)::int from dbcare.schema_change), :before, 'migrations are not recorded');
select throws_ok($$select dbmigrate_apply('nine')$$, '42704', null, 'a failing call raises its error');
select dbmigrate_add('3', 'three', 'create table watched.four (id int); select 1 / 0', '');
select throws_ok('select dbmigrate_apply()', '22012', null, 'a failing migration raises its error');
create table watched.five (id int);
select is((select count(*)::int from dbcare.schema_change), :before + 1, 'errors do not end the recording');
select dbmigrate_add('3', 'itself', 'select dbmigrate_apply()', '');
select throws_ok('select dbmigrate_apply()', '55000', 'dbmigrate_apply cannot be called by a migration',
	'a migration cannot call dbmigrate_apply()');
select is_empty('select * from dbmigrate_drift() where changed_by is null', 'every difference has an author');

-- ---- rights ----

set local role dbcare_test_maker;
select throws_ok('select dbmigrate_watch(false)', '42501', null, 'a role without the grant cannot disable it');
reset role;
select throws_ok('select dbcare_record_change()', '39P03', null, 'its trigger function refuses direct calls');
select is(dbmigrate_watch(false), '{"changed": true, "enabled": false}', 'dbmigrate_watch() disables the recording');
create table watched.six (id int);
select is((select count(*)::int from dbcare.schema_change), :before + 1, 'disabled recording stores nothing');

select dbmigrate_watch(true);
create function pg_temp.context_of(statement text) returns text language plpgsql as $$
declare
	context text;
begin
	execute statement;
	return 'it worked';
exception when others then
	get stacked diagnostics context = pg_exception_context;
	return context;
end $$;
alter event trigger dbcare_watch disable;
alter table dbcare.schema_change rename column client to nowhere;
alter event trigger dbcare_watch enable;
select matches(pg_temp.context_of('create table watched.eight (id int)'), 'dbmigrate_watch.false. stops recording',
	'a failed recording gives a warning');
alter event trigger dbcare_watch disable;
alter table dbcare.schema_change rename column nowhere to client;
alter event trigger dbcare_watch enable;
alter table dbcare.schema_change owner to dbcare_test_maker;
create table watched.nine (id int);
select ok(not exists (select from dbcare.schema_change where object = 'watched.nine'),
	'a recording table of another owner is not written');
alter table dbcare.schema_change owner to session_user;
select dbcare_uninstall(jsonb_build_object('confirm', current_database()));
select is_empty($$select from pg_event_trigger where evtname ~ '^dbcare'$$, 'uninstalling ends the recording');
select lives_ok('create table watched.seven (id int)', 'DDL works after uninstalling');

select * from finish();
rollback;
