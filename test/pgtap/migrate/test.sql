-- dbmigrate_test on PostgreSQL: what it notices, wherever it is done.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create schema tested;
set search_path = tested, public;

-- The result for one migration, tested alone and then forgotten.
create function result(up text, down text, options jsonb default '{}') returns jsonb
language plpgsql as $$
declare
	document jsonb;
begin
	perform dbmigrate_add('9', 'tested', up, down, options);
	document := dbmigrate_test('9') #> '{results,0}';
	return document - 'version';
end $$;

-- What of it matters most: up, down, restored, reup.
create function verdict(up text, down text) returns text
language sql as $$
	select concat_ws(' ', r ->> 'up', r ->> 'down', coalesce(r ->> 'restored', 'null'), r ->> 'reup')
	from result(up, down) as r
$$;

-- The differences, those that are cosmetic in parentheses.
create function differences(up text, down text) returns text
language sql as $$
	select coalesce(string_agg(format(case when d -> 'cosmetic' = 'true' then '(%s %s %s)' else '%s %s %s' end,
		d ->> 'change', d ->> 'object_type', replace(d ->> 'object', 'tested.', '')), ', '
		order by d ->> 'object_type', d ->> 'object'), '')
	from jsonb_array_elements(result(up, down) -> 'differences') as d
$$;

create function rows_changed(up text, down text) returns text
language sql as $$
	select replace(result(up, down) ->> 'rows_changed', 'tested.', '')
$$;

create table parent (id int primary key, name text default 'x', amount int);
create table child (id int generated always as identity primary key, parent_id int references parent on delete cascade);
create index parent_amount on parent (amount);
insert into parent select n, 'name ' || n, n from generate_series(1, 5) as n;
insert into child (parent_id) select n from generate_series(1, 5) as n;
create function twice(n int) returns int language sql as 'select n * 2';
create function noted() returns trigger language plpgsql as 'begin return new; end';
create trigger noted before insert on parent for each row execute function noted();
create view names as select id, name from parent;
create type mood as enum ('good', 'bad');
create domain age as int check (value >= 0);
create table typed (id int, mood mood, age age);
create table parted (id int) partition by range (id);
create table parted_low partition of parted for values from (0) to (10);
insert into parted values (1), (2);
create sequence ticket;
create table state as
	select dbmigrate_fingerprint() as fingerprint, (select md5(string_agg(p::text, '' order by p.id)) from parent as p) as rows;
update state set fingerprint = dbmigrate_fingerprint();

-- ---- what is noticed ----

select is(verdict('do $$ begin execute ''create table dynamic (id int)''; end $$', 'drop table dynamic'), 'ok ok true ok',
	'a test covers DDL in a DO block');
select is(differences('do $$ begin execute ''create table dynamic (id int)''; end $$', 'select 1'), 'added table dynamic',
	'a test finds objects that a DO block leaves');
select is(differences('create or replace function twice(n int) returns int language sql as ''select n + n''', 'select 1'),
	'changed function twice(integer)', 'a function that is not restored');
select is(differences('create or replace function twice(n int) returns int language sql as ''select n + n''',
		e'create or replace function twice(n int) returns int language sql as ''\n  select n * 2'''),
	'changed function twice(integer)', 'a function with a changed line differs');
select is(verdict(e'create or replace function lines() returns int language sql as ''\nselect 1\n''', 'drop function lines()'),
	'ok ok true ok', 'a function that is created and dropped does not differ');
create function lines() returns int language sql as e'\n  select 1\n';
select is(differences('drop function lines()', e'create function lines() returns int language sql as e''\\nselect 1\\n'''),
	'(changed function lines())', 'the layout of a function is cosmetic');
drop function lines();
select is(differences('drop trigger noted on parent', 'select 1'), 'removed trigger parent.noted', 'a trigger that is lost');
select is(differences('alter table parent disable trigger noted', 'select 1'), 'changed trigger parent.noted',
	'a trigger that stays disabled');
select is(differences('drop view names', 'create view names as select id from parent'), 'changed view names', 'a view');
select is(differences('alter table parent alter name drop default', 'select 1'), 'changed column parent.name', 'a default');
select is(differences('alter table child alter id set increment by 5', 'select 1'), 'changed column child.id',
	'the options of an identity column');
select is(differences('alter sequence child_id_seq increment by 5', 'select 1'), 'changed column child.id',
	'an option of the identity''s sequence differs');
select is(differences('alter sequence ticket cycle', 'select 1'), 'changed sequence ticket', 'a sequence');
select is(differences('alter domain age drop constraint age_check', 'select 1'), 'removed constraint age.age_check',
	'a constraint of a domain');
select is(differences('alter domain age add constraint young check (value < 200)', 'select 1'), 'added constraint age.young',
	'another');
select is(differences('alter type mood add value ''so so''', 'select 1'), 'changed type mood', 'a value of an enum');
select is(differences('alter table parent enable row level security; create policy own on parent using (true)', 'select 1'),
	'added policy parent.own, changed table parent', 'a policy and enabled row security differ');
select is(differences('create rule quiet as on update to child do nothing', 'select 1'), 'added rule child.quiet', 'a rule');
select is(differences('create statistics related on id, amount from parent', 'select 1'), 'added statistics related',
	'extended statistics');
select is(differences('alter statistics related rename to other', 'select 1'), '', 'which are not there');
select is(differences('create schema more; create table more.one (id int)', 'drop table more.one'), 'added schema more',
	'a schema');
select is(differences('alter table parted detach partition parted_low', 'alter table parted attach partition parted_low for values from (0) to (20)'),
	'changed table parted_low', 'the bounds of a partition');
select is(differences('create extension hstore', 'select 1'), 'added extension hstore', 'an extension');
select is(differences('create event trigger watcher on ddl_command_end execute function suppress()', 'select 1'), '',
	'a failing up has no differences');
select is(differences('update pg_catalog.pg_class set relrowsecurity = true where oid = ''child''::regclass', 'select 1'),
	'changed table child', 'a manual change of pg_class differs');
select is(differences('update pg_catalog.pg_proc set prosrc = ''select 7'' where oid = ''twice(int)''::regprocedure', 'select 1'),
	'changed function twice(integer)', 'a manual change of pg_proc differs');
select is(differences('alter table parent rename to parents', 'alter table parents rename to parent'), '', 'a renamed object that is renamed back does not differ');
select is(differences('alter index parent_amount rename to parent_by_amount', 'select 1'), '(renamed index parent_amount)',
	'the name of an index is cosmetic');
select is(differences('alter table child rename constraint child_pkey to child_key', 'select 1'),
	'(renamed constraint child.child_pkey)', 'the name of a constraint is cosmetic');
select is(differences('alter index child_pkey rename to child_key', 'select 1'), '(renamed constraint child.child_pkey)',
	'the name of a constraint is cosmetic if its index is renamed');
create table counted (id serial);
select is(differences('alter sequence counted_id_seq rename to counted_numbers', 'select 1'),
	'(changed column counted.id), (renamed sequence counted_id_seq)', 'the name of a sequence is cosmetic');
select is(differences('alter table counted alter id set default nextval(''ticket'')', 'select 1'), 'changed column counted.id',
	'another sequence is not cosmetic');
create table wide (a int, b int);
select is(differences('alter table wide drop column a', 'alter table wide add a int'),
	'(moved column wide.a), (moved column wide.b)', 'the order of columns is cosmetic');

-- ---- rows ----

select is(rows_changed('update parent set amount = amount + 1', 'update parent set amount = amount - 1'), '[]', 'rows that are updated and updated back do not differ');
select is(rows_changed('update parent set amount = 0 where id = 1', 'select 1'), '["parent"]', 'rows that have changed');
select is(rows_changed('delete from parent where id = 1', 'insert into parent values (1, ''name 1'', 1)'), '["child"]',
	'rows deleted by ON DELETE CASCADE differ');
select is(rows_changed('do $$ begin execute ''update parent set amount = 0''; end $$', 'select 1'), '["parent"]',
	'rows written by a DO block differ');
select is(rows_changed('truncate child', 'select 1'), '["child"]', 'TRUNCATE');
select is(rows_changed('alter table parent alter amount type text using ''lost''', 'alter table parent alter amount type int using 0'),
	'["parent"]', 'a rewritten table with other rows differs');
select is(rows_changed('alter table parent alter amount type bigint', 'alter table parent alter amount type int'), '[]',
	'a rewritten table with the same rows does not differ');
select is(rows_changed('alter table parent drop column amount', 'alter table parent add amount int'), '["parent"]',
	'a recreated empty column differs');
select is(rows_changed('alter table parent drop column amount', 'select 1'), '[]', 'one that does not is a difference of the schema');
select is(rows_changed('drop table child', 'create table child (id int, parent_id int)'), '["child"]', 'one without them');
select is(rows_changed('update parted set id = 3 where id = 2', 'select 1'), '["parted", "parted_low"]',
	'a partitioned table and its partition');
select is(rows_changed('drop table parted_low', 'create table parted_low partition of parted for values from (0) to (10)'),
	'["parted", "parted_low"]', 'a recreated partition without rows differs');
select is(rows_changed('create index on parent (name)', 'drop index parent_name_idx'), '[]', 'building an index changes no rows');
select is(rows_changed('insert into child (parent_id) values (1)', 'delete from child where id > 5'), '[]', 'a foreign key check changes no parent rows');

-- ---- how it ends ----

select is(verdict('select 1', 'do ''begin raise exception $$never$$; end'''), 'ok refused null',
	'a down script that raises an error is reported');
select is(verdict('select 1', 'select 1 / 0'), 'ok failed null', 'one that fails');
select is(verdict('create role dbcare_test_left', 'select 1'), 'ok ok true failed',
	'a remaining role makes the second up fail');
select is(verdict('create table once (id int primary key); insert into once values (1)', 'drop table once'), 'ok ok true ok',
	'rows in a dropped table do not make the second up fail');
select is(verdict('create index concurrently parent_name on parent (name)', 'drop index concurrently parent_name'),
	'ok ok true ok', 'CONCURRENTLY is skipped');
select is(verdict('create index "concurrently" on parent (name); drop index concurrently "concurrently"', '-- nothing'),
	'ok empty true', 'CONCURRENTLY is skipped only as a keyword');
select is(verdict('vacuum parent; reindex table concurrently parent; discard all', 'vacuum'), 'ok ok true ok',
	'statements that change no schema are skipped');
select results_eq($$select r ->> 'up', r #>> '{error,message}', r #>> '{error,sqlstate}'
		from result('create table a (id int); create database never', 'drop table a') as r$$,
	$$values ('failed', 'CREATE DATABASE cannot be tested inside a transaction', '25001')$$, 'CREATE DATABASE cannot be tested');
select is(verdict('create temp table passing (id int) on commit drop', 'create temp table passing (id int) on commit drop'),
	'ok ok true ok', 'ON COMMIT DROP runs at the end of a script');
create temp table ours (id int) on commit delete rows;
insert into ours values (1), (2);
select is(verdict('create table a (id int)', 'drop table a'), 'ok ok true ok', 'a test can run beside a temporary table of the caller');
select is((select count(*) from ours), 2::bigint, 'a temporary table of the caller keeps its rows');
drop table ours;
select is(verdict('alter type mood add value ''fine''; ', 'select 1'), 'ok ok false failed', 'a value of an enum stays');

select is(result('select 1', 'select 1', jsonb_build_object('verify_sql', e'select 1;\nselect 1 / 0')) #>> '{error,context}',
	'In verify_sql of migration 9, statement 2, line 2.', 'the place of a failure of verify_sql is reported');

-- an added value can be used in the next migration
select dbmigrate_add('7', 'add value', 'alter type mood add value ''great''', '');
select dbmigrate_add('8', 'use value', 'insert into typed values (1, ''great'', 1)', 'delete from typed');
select is((select string_agg(r ->> 'up', ' ') from jsonb_array_elements(dbmigrate_test() -> 'results') as r
	where r ->> 'version' in ('7', '8')), 'ok ok', 'a new value of an enum can be used in the next migration');
create index typed_mood on typed (mood);
select is((select string_agg(concat(r ->> 'up', r #>> '{error,sqlstate}'), ' ') from jsonb_array_elements(dbmigrate_test() -> 'results') as r
	where r ->> 'version' in ('7', '8')), 'ok failed55P04', 'a new enum value in an index is refused');
drop index typed_mood;
select dbmigrate_add('7', 'nothing', 'select 1', '');
select dbmigrate_add('8', 'nothing', 'select 1', '');

-- the limits of dbmigrate_measure()
create table large as select n, repeat('x', 500) as filler from generate_series(1, 5000) as n;
select dbmigrate_add('9', 'rewrites', 'alter table large alter column n type bigint', 'alter table large alter column n type integer');
select throws_like($$select dbmigrate_test('9', '{"max_mb": 1}')$$, '%"large" has % and all of it would be rewritten', 'a test rewrites no large table');
select is(dbmigrate_test('9', '{"max_mb": 100}') -> 'success', 'true', 'unless it may');
select dbmigrate_add('9', 'nothing', 'select 1', '');
drop table large;

-- deferred constraints are checked where the transaction would end
create table later (id int primary key deferrable initially deferred);
select is(verdict('insert into later values (1), (1)', 'delete from later'), 'failed null', 'a deferred constraint');
drop table counted, wide, later;
select is(dbmigrate_fingerprint(), (select s.fingerprint from state as s), 'the schema is as it was');
select is((select md5(string_agg(p::text, '' order by p.id)) from parent as p), (select s.rows from state as s), 'so are the rows');
select is_empty($$select from dbmigrate_history() where event <> 'register'$$, 'nothing was logged');
select is_empty('select from dbcare.ledger', 'nothing is applied');
select is(current_setting('search_path'), 'tested, public', 'settings are restored after a test');

select * from finish();
rollback;
