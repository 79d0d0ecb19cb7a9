-- A role runs migrations of roles that it can trust, and no others.
\unset ECHO
\set QUIET 1
\pset format unaligned
\pset tuples_only true
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
select dbcare_install() is null as x \gset
select plan(8);

create role author_low;
create role author_boss superuser;
select dbcare_grant('author_low', 'migrate') is null as x \gset
create schema low authorization author_low;

set role author_low;
select dbmigrate_add('1', 'one', 'create table low.one (id int)', 'drop table low.one',
	'{"verify_sql": "select 1"}') is null as x \gset
reset role;
select throws_matching($$select dbmigrate_apply()$$, 'migration "1" was registered by role "author_low"',
	'a superuser does not run the text of a lesser role');
select throws_matching($$select dbmigrate_apply(null, '{"dry_run": true}')$$, 'was registered by role "author_low"', 'nor tries it');
select is((dbmigrate_apply(null, '{"role": "author_low"}') #>> '{applied,0}'), '1', 'but as that role');
select throws_matching($$select dbmigrate_rollback()$$, 'was registered by role "author_low"', 'nor runs its way down');
select is((dbmigrate_rollback(null, '{"role": "author_low"}') #>> '{rolled_back,0}'), '1', 'but as the role that has registered it');
select is(dbmigrate_add('1', 'one', 'create table low.one (id int)', 'drop table low.one',
	'{"verify_sql": "select 1"}') ->> 'action', 'updated', 'whoever registers the text again is its author');
select is((dbmigrate_apply() #>> '{applied,0}'), '1', 'and runs it');
set role author_low;
select lives_ok($$select dbmigrate_status()$$, 'a text of a superuser is no problem for others');
reset role;
select * from finish();
rollback;
