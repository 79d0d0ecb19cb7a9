-- Held rows of tables that have changed since: they stay, or nothing is deleted.
set client_min_messages = warning;
drop database if exists ar_held;
create database ar_held;
\connect ar_held
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

-- deletes the rows of a table that are older than a day, by a policy; the error
create function pg_temp.failure(result jsonb) returns text language sql as $$
	select string_agg(p ->> 'error', ' ') from jsonb_array_elements(result -> 'policies') as p $$;
create function pg_temp.expire(rel text) returns void language sql as $$
	select dbarchive_policy(rel, '{"timestamp_column": "at", "delete_after_days": 1}') $$;

-- ---- the type of the key ----

create table k (id int primary key, at timestamptz);
insert into k values (5, '2020-01-01'), (6, '2020-01-01');
select dbarchive_hold('k', 5, 'case') is not null;
alter table k alter id type text;
select pg_temp.expire('k');
call dbarchive_apply('{"relation": "k"}') \gset
select is(pg_temp.failure(:'result'), null, 'a key of another type is found');
select is((select string_agg(id, ' ') from k), '5', '... and its row stays');
select is((select row_key from dbarchive_holds('k')), '"5"', '... held by the key as it is now');
update k set id = 'five';
select is((select row_key from dbarchive_holds('k')), '"five"', 'a hold follows the key');
select dbarchive_release('k', 'five') is not null;
select is((select count(*) from pg_trigger where tgrelid = 'k'::regclass), 0::bigint, '... by a trigger until it is released');

-- ---- partitions ----

create table m (id int, at timestamptz, primary key (id, at)) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
insert into m values (1, '2020-02-02'), (2, '2020-02-02');
select dbarchive_hold('m', '{"id": 1, "at": "2020-02-02"}', 'case') is not null;
alter table m detach partition m1;
select pg_temp.expire('m1');
call dbarchive_apply('{"relation": "m1"}') \gset
select is((select string_agg(id::text, ' ') from m1), '1', 'a hold goes with the partition that is detached');
select is(dbops_delete('m1', '{"id": 2}') ->> 'affected', '0', '... where other rows can be deleted');
select throws_ok($$select dbops_delete('m1', '{"id": 1}')$$, '55000', null, '... but not the held one');

-- ---- exchanged names ----

create table x1 (id int primary key, at timestamptz);
create table x2 (id int primary key, at timestamptz);
insert into x1 values (1, '2020-01-01');
insert into x2 values (1, '2020-01-01');
select dbarchive_enable('x1', '{"mode": "trash"}') is not null;
select dbarchive_hold('x1', 1, 'case') is not null;
alter table x1 rename to x3;
alter table x2 rename to x1;
alter table x3 rename to x2;
select is((select count(*) from dbarchive_holds('x2')), 1::bigint, 'a hold is of the table, not of its name');
select is((select count(*) from dbarchive_holds('x1')), 0::bigint, '... which another table has now');
select is(dbops_delete('x1', '{"id": 1}') ->> 'affected', '1', '... whose rows are not held');
delete from x2;
call dbarchive_purge('x2', '{"older_than_days": 0}') \gset
select is((:'result'::jsonb) ->> 'rows', '0', '... and the row is held in the trash');

-- ---- mode flag ----

create table f1 (id int primary key, deleted_at timestamptz);
insert into f1 values (1), (2);
select dbarchive_enable('f1') is not null, dbarchive_hold('f1', 1, 'case') is not null;
select dbarchive_delete('f1', 1) is not null, dbarchive_delete('f1', 2) is not null;
alter table f1 rename to f2;
select dbarchive_enable('f2') is not null;
call dbarchive_purge('f2', '{"older_than_days": 0}') \gset
select is((:'result'::jsonb) ->> 'rows', '1', 'a purge of a renamed table deletes marked rows');
select is((select string_agg(id::text, ' ') from f2), '1', '... but not a held one');

-- ---- a key that is written in another way ----

create table retyped (id int primary key, at timestamptz);
insert into retyped values (1, '2020-01-01'), (2, '2020-01-01');
select dbarchive_hold('retyped', 1, 'case') is not null;
alter table retyped alter id type text;
update retyped set id = 'one' where id = '1';
select is((select row_key from dbarchive_holds('retyped')), '"one"', 'a hold follows a key whose type was changed before');
select pg_temp.expire('retyped');
call dbarchive_apply('{"relation": "retyped"}') \gset
select is((select string_agg(id, ' ') from retyped), 'one', '... so that a policy deletes the other rows');
select dbarchive_release('retyped', 'one') is not null, dbarchive_hold('retyped', 'one', 'case') is not null;
update retyped set id = '3';
alter table retyped alter id type bigint using id::bigint;
update retyped set id = 4;
select is((select row_key from dbarchive_holds('retyped')), '4', '... from text to a number, too');

-- ---- a key that no trigger has seen change ----

create table shared (id int primary key, at timestamptz);
insert into shared values (1, '2020-01-01');
select dbarchive_hold('shared', 1, 'case') is not null;
select format('drop trigger %I on shared', tgname) as drop_it from pg_trigger where tgrelid = 'shared'::regclass \gset
:drop_it;
update shared set id = 2;
select pg_temp.expire('shared');
call dbarchive_apply('{"relation": "shared"}') \gset
select matches(pg_temp.failure(:'result'), 'the held row 1 of table public.shared cannot be found',
	'a held row with another key is not found, which the policy says');
select is((select count(*) from shared), 1::bigint, '... and deletes nothing');
select is((select message from dbhealth_checks('{"checks": ["held_rows_lost"]}')), '1 held row of public.shared cannot be found: 1', '... as does a health check');
select * from finish();
\connect postgres
drop database ar_held;
