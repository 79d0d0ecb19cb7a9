-- dbmigrate_adopt: ledgers that other roles own, and what may lie in them.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create role dbcare_test_mallory;
create role dbcare_test_runner;
create role dbcare_test_reader;
create schema den authorization dbcare_test_mallory;
create table den.seen (who text);
grant insert, select on den.seen to public;
grant usage on schema den to public;
select dbcare_install();
select dbcare_grant('dbcare_test_runner', 'migrate');
select dbcare_grant('dbcare_test_reader', 'monitor');
create function den.note() returns text language plpgsql as $$ begin
	insert into den.seen values (current_user); return 'x'; end $$;
create function den.note_row() returns trigger language plpgsql as $$ begin
	insert into den.seen values (current_user); return coalesce(new, old); end $$;
alter function den.note() owner to dbcare_test_mallory;
alter function den.note_row() owner to dbcare_test_mallory;

-- a view
create view den.gorp_migrations as select den.note() as id, now() as applied_at;
alter view den.gorp_migrations owner to dbcare_test_mallory;
select throws_ok('select dbmigrate_adopt()', '55000',
	'the ledger of sql-migrate in den.gorp_migrations cannot be read: it is not a table', 'a view is refused');
drop view den.gorp_migrations;

-- a column that is made of others
create table den.gorp_migrations (id text, applied_at timestamptz, extra text generated always as (id) stored);
select throws_ok('select dbmigrate_adopt()', '55000',
	'the ledger of sql-migrate in den.gorp_migrations cannot be read: it has generated columns',
	'a table with generated columns is refused');
drop table den.gorp_migrations;

-- a type with a cast of its own
create type den.odd as (version text);
create function den.as_text(den.odd) returns text language plpgsql as $$ begin
	insert into den.seen values (current_user); return '7'; end $$;
alter type den.odd owner to dbcare_test_mallory;
alter function den.as_text(den.odd) owner to dbcare_test_mallory;
create cast (den.odd as text) with function den.as_text(den.odd);
create table den.schema_migrations (version den.odd);
alter table den.schema_migrations owner to dbcare_test_mallory;
insert into den.schema_migrations values (row ('7')::den.odd);
select throws_like('select dbmigrate_adopt()', '%cannot execute INSERT in a read-only transaction%',
	'reading a ledger cannot write');
select is_empty('select from den.seen', 'a refused ledger is not written');
drop table den.schema_migrations;

-- a trigger, while the ledger is kept
create table den.schema_migrations (version text primary key);
insert into den.schema_migrations values ('1');
create trigger noting before insert or delete on den.schema_migrations
	for each row execute function den.note_row();
alter table den.schema_migrations owner to dbcare_test_mallory;
select dbmigrate_add('1', 'one', 'select 1', 'select 1');
select dbmigrate_add('2', 'it''s \ two', 'select 2', 'select 2');
select is(dbmigrate_adopt('{"keep_old": true, "verbose": true}') -> 'versions' -> 'pending', '["2"]', 'a ledger of another role is mirrored');
select dbmigrate_apply();
select results_eq('select version from den.schema_migrations order by 1', array ['1', '2'], 'a mirrored ledger of another role is written');
select results_eq('select distinct who from den.seen', array ['dbcare_test_mallory'],
	'a trigger of the ledger runs with the rights of its owner');

-- who may
create function pg_temp.as_role(role_name text, statement text) returns text language plpgsql as $$
declare
	result text;
begin
	execute format('set local role %I', role_name);
	execute statement into result;
	reset role;
	return result;
end $$;
select throws_ok($$select pg_temp.as_role('dbcare_test_runner', 'select dbmigrate_apply()')$$, '42501',
	'the ledger of dbmate in den.schema_migrations cannot be read: code of role "dbcare_test_mallory" would run with the rights of role "dbcare_test_runner"',
	'a role that cannot act as the ledger''s owner is refused');
reset role;
delete from den.schema_migrations where version = '2';
select is(pg_temp.as_role('dbcare_test_reader', 'select string_agg(state, '','') from dbmigrate_status()'),
	'applied,applied', 'such a role sees dbcare''s own record');
select is((select string_agg(state, ',') from dbmigrate_status()), 'applied,pending', 'other roles see the ledger''s record');
grant dbcare_test_mallory to dbcare_test_runner;
grant usage on schema public to dbcare_test_runner;
select is(pg_temp.as_role('dbcare_test_runner', 'select dbmigrate_apply() ->> ''applied'''), '["2"]',
	'a member of the owner''s role can apply');
select results_eq('select version from den.schema_migrations order by 1', array ['1', '2'], 'apply writes both ledgers');
select is((select string_agg(event || version, ',') from dbmigrate_history() where event <> 'register'),
	'baseline1,apply2,rollback2,apply2', 'the history has all events');

-- settings under which quotes are read in another way; 19 has no escapes without E any more
select current_setting('server_version_num')::int < 190000 as has_escapes \gset
\if :has_escapes
	set standard_conforming_strings = off;
\endif
set search_path = den;
select public.dbmigrate_add(E'o''\\3', 'odd', 'select 3', 'select 3');
select public.dbmigrate_apply(E'o''\\3');
reset search_path;
reset standard_conforming_strings;
select results_eq('select version from den.schema_migrations order by 1', array ['1', '2', 'o''\3'],
	'a version with quotes is written unchanged');

-- which one
create schema "Odd Name";
create table "Odd Name"."My Ledger" (version bigint, dirty boolean);
insert into "Odd Name"."My Ledger" values (3, false);
create table public.goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp);
select throws_ok('select dbmigrate_adopt()', '22023', 'this database has several ledgers', 'one of several ledgers must be named');
select is(dbmigrate_adopt('{"table": "\"Odd Name\".\"My Ledger\"", "dry_run": true}') - 'pending',
	'{"tool": "golang-migrate", "table_name": "\"Odd Name\".\"My Ledger\"", "adopted": 1, "matched": 2, "unregistered": ["3"],
	"differences": [], "written": [], "keep_old": false, "dry_run": true}', 'the ledger can be named by the table or the tool');
create table public.mine (id int, name text, run_on timestamp);
select throws_ok($$select dbmigrate_adopt('{"table": "mine"}')$$, '22023', 'public.mine may be the ledger of several tools',
	'a ledger that several tools could own needs the option tool');
-- a time that is none
insert into public.goose_db_version values (1, 1, true, 'infinity');
select is(dbmigrate_adopt('{"tool": "goose"}') ->> 'matched', '1', 'an infinite time is not copied');
select finish();
rollback;
