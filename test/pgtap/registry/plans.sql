-- Plans of dbcare's statements that a session keeps: as good as new ones, and not many.
set client_min_messages = warning;
drop database if exists registry_plans;
create database registry_plans;
drop role if exists plans_reader;
\connect registry_plans
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role plans_reader;
grant execute on all routines in schema public to plans_reader;
create table item (id int primary key, name text not null);
grant select on item to plans_reader;
select dbarchive_enable('item') \g /dev/null
insert into item values (1, 'first');
delete from item;

-- how many plans are kept, and their memory
create function kept(out plans bigint, out kb bigint) language sql as $$
	select count(*) filter (where name = 'dbcare plan'), sum(total_bytes) / 1024
	from pg_backend_memory_contexts where name in ('dbcare plan', 'CachedPlan', 'CachedPlanSource', 'CachedPlanQuery')
$$;
create function problems(value jsonb) returns text language sql as $$
	select coalesce(string_agg(c.constraint_name, ', ' order by c.constraint_name), '') from dbcheck_row('item', value) as c
$$;

select is((select count(*) from dbarchive_deleted()), 1::bigint, 'the first call');
select is((select count(*) from dbarchive_deleted()), 1::bigint, 'the second one keeps its plans');
select cmp_ok((select plans from kept()), '>', 3::bigint, 'plans are kept from the second call on');

-- another role
set role plans_reader;
select throws_ok('select * from dbarchive_deleted()', '42501', null, 'kept plans have the rights of the caller');
reset role;

-- other definitions
select is(problems('{"id": 2, "name": "x"}'), '', 'a row without a problem');
select is(problems('{"id": 2, "name": "x"}'), '', 'the same row again');
alter table item add constraint long check (length(name) > 1);
select is(problems('{"id": 2, "name": "x"}'), 'long', 'a constraint that was added since is seen');
alter table item rename constraint long to longer;
select is(problems('{"id": 2, "name": "x"}'), 'longer', 'so is its other name');
create table part (like item including all) partition by range (id);
create table part_1 partition of part for values from (1) to (10);
select is((select count(*) from dbcheck_row('part', '{"id": 20, "name": "xx"}')), 1::bigint, 'no partition has the row');
create table part_2 partition of part for values from (10) to (30);
select is((select count(*) from dbcheck_row('part', '{"id": 20, "name": "xx"}')), 0::bigint, 'a partition that was added has it');

-- another type with the same name
create type mood as enum ('old');
create table moody (id int primary key, mood mood);
create function mood_problems(value jsonb) returns text language sql as $$
	select coalesce(string_agg(c.message, ', '), '') from dbcheck_row('moody', value) as c
$$;
select is(mood_problems('{"id": 1, "mood": "old"}'), '', 'a value of a type');
alter table moody drop column mood;
drop type mood;
create type mood as enum ('new');
alter table moody add mood mood;
select is(mood_problems('{"id": 1, "mood": "new"}'), '', 'a value of another type with its name');

-- collations that exchange their names: PostgreSQL finds those of a plan by their OIDs
create collation one (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation other (provider = icu, locale = 'und');
create table collated (a text collate "C", id integer);
create unique index collated_any on collated (a collate one);
create unique index collated_same on collated (a collate other);
insert into collated values ('A', 1);
prepare broken as select string_agg(constraint_name, ' ') from dbcheck_row('collated', '{"a": "a", "id": 2}');
select results_eq('broken', $$values ('collated_any')$$, 'a key in which a is A');
alter collation one rename to another;
alter collation other rename to one;
alter collation another rename to other;
select results_eq('broken', $$values ('collated_any')$$, '... is the same when collations have exchanged their names');

-- another extension
drop extension dbcare cascade;
select throws_ok('select * from dbarchive_deleted()', '42883', null, 'there is no extension');
set client_min_messages = error;
drop schema dbcare cascade;
create extension dbcare;
select is((select count(*) from dbarchive_deleted()), 0::bigint, 'its tables are others now');

-- the memory
select dbhealth_report('{"level": "full"}') \g /dev/null
select dbhealth_report('{"level": "full"}') \g /dev/null
select dbhealth_report('{"level": "full"}') \g /dev/null
select cmp_ok((select kb from kept()), '<', 12000::bigint, 'plans that were used long ago are dropped');
select cmp_ok((select plans from kept()), '>', 10::bigint, 'those used last are kept');
select * from finish();
