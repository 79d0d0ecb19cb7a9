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

select is(dbmigrate_watch(true), '{"changed": true, "enabled": true}', 'it is turned on');
select is(dbmigrate_watch(true), '{"changed": false, "enabled": true}', 'once');
select is_empty('select * from dbmigrate_drift()', 'its event triggers are no drift');

-- ---- what is recorded ----

set local application_name = 'night shift';
alter table watched.one add column extra int;
select results_eq($$select changed_by, statement ~ 'add column extra', changed_at is not null
		from dbmigrate_drift() where object = 'watched.one.extra'$$,
	$$values (session_user::text collate "default", true, true)$$, 'a column that is added has the name of who did it');
select is((select application from dbcare.schema_change where object = 'watched.one'), 'night shift',
	'and the program is recorded');

create trigger loud before insert on watched.one for each row execute function suppress_redundant_updates_trigger();
select isnt((select changed_by from dbmigrate_drift() where object_type = 'trigger'), null,
	'an object of a table, too');
drop trigger loud on watched.one;

set local role dbcare_test_maker;
select lives_ok('create table watched.made (id int)', 'a role without rights on the bookkeeping is recorded');
reset role;
select isnt((select statement from dbmigrate_drift() where object_type = 'table' and object = 'watched.made'), null,
	'as any other');
drop table watched.made;
select ok(exists (select from dbcare.schema_change where object = 'watched.made' and command = 'DROP TABLE'),
	'and so is what is dropped');

create foreign data wrapper plain;
create server there foreign data wrapper plain options (password 'secret');
select is((select statement from dbcare.schema_change where command = 'CREATE SERVER'), null,
	'a statement that may hold a password is not kept');
do $$ begin alter role dbcare_test_maker password 'secret'; create table watched.open (id int); end $$;
select is((select statement from dbcare.schema_change where object = 'watched.open'), null,
	'nor one among which another may');
create temp table passing (id int);
select ok(not exists (select from dbcare.schema_change where object ~ 'passing'), 'temporary objects are nobody''s business');

-- ---- what is not ----

select count(*) as before from dbcare.schema_change \gset
select dbmigrate_add('2', 'two', 'create table watched.two (id int); drop table watched.two;
	do $$ begin execute ''create table watched.three (id int)''; end $$', 'drop table watched.three');
select dbmigrate_apply();
select is((select count(*)::int from dbcare.schema_change), :before, 'what migrations do is not recorded');
select throws_ok($$select dbmigrate_apply('nine')$$, '42704', null, 'an error');
select dbmigrate_add('3', 'three', 'create table watched.four (id int); select 1 / 0', '');
select throws_ok('select dbmigrate_apply()', '22012', null, 'and one of a migration');
create table watched.five (id int);
select is((select count(*)::int from dbcare.schema_change), :before + 1, 'do not end the recording');
select dbmigrate_add('3', 'itself', 'select dbmigrate_apply()', '');
select throws_ok('select dbmigrate_apply()', '55000', 'dbmigrate_apply cannot be called by a migration',
	'a migration cannot call what would run it again');
select is_empty('select * from dbmigrate_drift() where changed_by is null', 'every difference has a name');

-- ---- rights ----

set local role dbcare_test_maker;
select throws_ok('select dbmigrate_watch(false)', '42501', null, 'not everybody may turn it off');
reset role;
select throws_ok('select dbcare_record_change()', '39P03', null, 'its function is for event triggers');
select is(dbmigrate_watch(false), '{"changed": true, "enabled": false}', 'it is turned off');
create table watched.six (id int);
select is((select count(*)::int from dbcare.schema_change), :before + 1, 'and records no more');

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
	'what goes wrong with it says what it is');
alter event trigger dbcare_watch disable;
alter table dbcare.schema_change rename column nowhere to client;
alter event trigger dbcare_watch enable;
alter table dbcare.schema_change owner to dbcare_test_maker;
create table watched.nine (id int);
select ok(not exists (select from dbcare.schema_change where object = 'watched.nine'),
	'a table that somebody else owns gets nothing');
alter table dbcare.schema_change owner to session_user;
select dbcare_uninstall(jsonb_build_object('confirm', current_database()));
select is_empty($$select from pg_event_trigger where evtname ~ '^dbcare'$$, 'uninstalling ends it');
select lives_ok('create table watched.seven (id int)', 'and leaves nothing in the way');

select * from finish();
rollback;
