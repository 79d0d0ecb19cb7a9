-- dbmigrate_lint on PostgreSQL: what a name in a script means.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create schema lint;
set search_path = lint, public;

-- what is found in a script: "rule statement", or nothing
create function found(script text) returns text language sql as $$
	select coalesce(string_agg(rule || ' ' || statement_no, ', '), 'nothing') from dbmigrate_lint(script) $$;

-- indexes without a name get the one PostgreSQL will choose
select is(found('create table a (b int, c text);
	create index on a (b, c);
	create index on a (lower(c));
	create index on a ((b + 1));
	drop index a_b_c_idx, a_lower_idx, a_expr_idx;'), 'nothing', 'an index made without a name is found by that of its columns');
select is(found('create table a (b int); create index on a (b); create index on a (b);
	drop index a_b_idx, a_b_idx1;'), 'nothing', 'the second one has a number');
select is(found('create table a (b int); create index on a (b); drop index a_b_idx;
	create index on a (b); drop index a_b_idx1;'), 'drop-index-not-concurrent 5', 'which a name that is free again does not need');
create table there (b int);
create index on there (b);
insert into there values (1);
select alike((select message from dbmigrate_lint('create index on there (b); drop index there_b_idx1;')
	where statement_no = 2), '%locks there (%', 'what the catalog has is not free');
select is(found('drop index there_b_idx; create table other (b int); create index there_b_idx on other (b);
	drop index there_b_idx;'), 'drop-index-not-concurrent 1', 'and is once it is dropped');

select * from finish();
rollback;
