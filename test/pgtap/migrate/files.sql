-- Files are a text, as on every engine, or jsonb.
begin;
set client_min_messages = warning;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();

select is(dbmigrate_load(jsonb_build_object('1_a.up.sql', 'select 1', '2_b.up.sql', 'select 2')) -> 'added', '2', 'files are a jsonb object');
select is(dbmigrate_load('{"1_a.up.sql": "select 1"}') -> 'removed', '1', '... or a text, which a literal is');
select results_eq($$select file, line, rule from dbmigrate_lint(jsonb_build_object('1_a.up.sql', 'drop table one'))$$,
	$$select file, line, rule from dbmigrate_lint('{"1_a.up.sql": "drop table one"}')$$, 'lint takes both, too');
select * from finish();
rollback;
