-- Retention policies: rights, types of times, tables that rows are archived in.
set client_min_messages = warning;
drop database if exists ar_policy;
drop role if exists ar_owner, ar_other;
create database ar_policy;
\connect ar_policy
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

-- applies the policies of a table: rows of each action, or errors
create function outcome(result jsonb) returns text language sql as
	$$select string_agg(coalesce(p ->> 'error', p ->> 'rows'), ', ') from jsonb_array_elements(result -> 'policies') as p$$;

-- ---- types ----

set timezone = 'Asia/Tokyo';
create schema "odd s";
create table "odd s"."t %I'" (a int, "b c" text, made date, zone timestamptz, plain timestamp,
	doubled int generated always as (a * 2) stored, primary key ("b c", a));
insert into "odd s"."t %I'" (a, "b c", made, zone, plain) values
	(1, 'x''y', current_date - 11, now() - interval '241 hours', (now() at time zone 'UTC') - interval '241 hours'),
	(2, 'x''y', current_date - 8, now() - interval '239 hours', (now() at time zone 'UTC') - interval '239 hours');
insert into "odd s"."t %I'" values (3, 'never', null, null, null);
select dbarchive_policy('"odd s"."t %I''"', format('{"name": "%1$s", "timestamp_column": "%1$s", "archive_after_days": 10}', c)::jsonb)
from unnest('{made,zone,plain}'::text[]) as c;
call dbarchive_apply('{"dry_run": true}') \gset
select is(array(select (p -> 'rows')::int from jsonb_array_elements(:'result'::jsonb -> 'policies') as p), '{1,1,1}',
	'each type of time is compared');
call dbarchive_apply('{"name": "zone"}') \gset
select is(outcome(:'result'), '1', 'a row is archived');
select results_eq('select a, doubled from "odd s"."t %I''_archive"', 'values (1, 2)', '... with generated columns, as it was');
select is((select count(*) from "odd s"."t %I'" ), 2::bigint, '... and only this one');
reset timezone;

-- ---- targets ----

create schema cold;
create table hot (id int primary key, made date, note text);
create table cold.hot (note text, id bigint, made date, extra int default 7);
insert into hot values (1, '2020-01-01', 'a'), (2, '2999-01-01', 'b');
select dbarchive_policy('hot', '{"timestamp_column": "made", "to": "cold.hot"}') is not null;
call dbarchive_apply('{"relation": "hot"}') \gset
select results_eq('select * from cold.hot', $$values ('a', 1::bigint, date '2020-01-01', 7)$$, 'columns are matched by name');
alter table cold.hot add constraint no_c check (note <> 'c');
insert into hot values (3, '2020-01-01', 'c'), (4, '2020-01-01', 'd');
call dbarchive_apply('{"relation": "hot"}') \gset
select matches(outcome(:'result'), 'violates check constraint "no_c"', 'rows that do not fit are a recorded failure');
select is((select count(*) from hot), 3::bigint, '... and none is lost');
-- what the target cannot hold exactly is not moved
create table cold.rough (id int primary key, made date, amount numeric(10, 2), seen timestamp(0), note varchar(20));
create table fine (id int primary key, made date, amount numeric, seen timestamptz, note text);
select dbarchive_policy('fine', '{"timestamp_column": "made", "to": "cold.rough"}') is not null;
insert into fine values (1, '2020-01-01', 1.2345, null, 'digits');
call dbarchive_apply('{"relation": "fine"}') \gset
select is(outcome(:'result'), 'table cold.rough does not hold 1 of the rows as they are', 'digits that would be lost are a recorded failure');
update fine set amount = 1.25, seen = '2020-01-01 00:00:00.5+00';
call dbarchive_apply('{"relation": "fine"}') \gset
select matches(outcome(:'result'), 'does not hold 1 of', '... and so are times');
update fine set seen = null;
create function cold.drop_it() returns trigger language plpgsql as 'begin return null; end';
create trigger drop_it before insert on cold.rough for each row execute function cold.drop_it();
call dbarchive_apply('{"relation": "fine"}') \gset
select matches(outcome(:'result'), 'does not hold 1 of', '... and rows that a trigger of the target drops');
select is((select count(*) from fine), 1::bigint, '... and nothing is lost');
drop trigger drop_it on cold.rough;
call dbarchive_apply('{"relation": "fine"}') \gset
select is(outcome(:'result'), '1', 'other types that hold the values will do');
select results_eq('select id, amount::text, note from cold.rough', $$values (1, '1.25', 'digits'::varchar)$$, '... and have them');
create view shown as select * from hot;
select throws_like($$select dbarchive_policy('hot', '{"timestamp_column": "made", "to": "shown"}')$$, '%cannot be "shown"%', 'a view is no target');
create extension postgres_fdw;
do $$begin execute format('create server far foreign data wrapper postgres_fdw options (host %L, port %L, dbname %L)',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()); end $$;
create user mapping for current_user server far options (user 'postgres');
create table cold.far_hot (id int primary key, made date, note text);
create foreign table far_hot (id int, made date, note text) server far options (schema_name 'cold');
delete from hot where note = 'c';
select dbarchive_policy('hot', '{"timestamp_column": "made", "to": "far_hot"}') is not null;
call dbarchive_apply('{"relation": "hot"}') \gset
select is(outcome(:'result'), '1', 'a foreign table is a target');
select results_eq('select note from cold.far_hot', $$values ('d')$$, '... and has the row');

-- ---- whole partitions ----

create table metric (at date not null, id int, note text, primary key (at, id)) partition by range (at);
create table metric_2019 partition of metric for values from ('2019-01-01') to ('2020-01-01');
create table "metric 2020" partition of metric for values from ('2020-01-01') to ('2021-01-01');
create table metric_2021 partition of metric for values from ('2021-01-01') to ('2022-01-01') partition by list (id);
create table metric_2021_1 partition of metric_2021 for values in (1);
create table metric_2022 partition of metric for values from ('2022-01-01') to ('2023-01-01');
create table metric_next partition of metric for values from ('2023-01-01') to (maxvalue);
create table metric_default partition of metric default;
insert into metric values ('2019-05-05', 1, 'a'), ('2020-05-05', 1, 'b'), ('2021-05-05', 1, 'c'), ('2022-05-05', 1, 'd'),
	('2023-05-05', 1, 'e');
analyze metric;
select dbarchive_policy('metric', '{"timestamp_column": "at", "delete_after_days": 365}') is not null;
select dbarchive_hold('metric', '{"at": "2020-05-05", "id": 1}', 'case') is not null;
create table refers (at date, id int, foreign key (at, id) references metric);
insert into refers values ('2022-05-05', 1);
call dbarchive_apply('{"relation": "metric", "dry_run": true}') \gset
select is(:'result'::jsonb #> '{policies,0,partitions}', '["public.metric_2019", "public.metric_2021", "public.metric_2022"]',
	'partitions that are old as a whole, but not those with held rows');
select is(:'result'::jsonb #>> '{policies,0,held}', '1', '... whose rows are counted');
call dbarchive_apply('{"relation": "metric"}') \gset
select results_eq('select note from metric order by at', $$values ('b'), ('d'), ('e')$$,
	'... are dropped, unless rows are held or referred to');
select is(to_regclass('metric_2019'), null, '... and gone');
delete from refers;
select dbarchive_release('metric', '{"at": "2020-05-05", "id": 1}') is not null;
select dbarchive_policy('metric', '{"timestamp_column": "at", "archive_after_days": 365}') is not null;
call dbarchive_apply('{"relation": "metric"}') \gset
select results_eq('select note from metric order by at', $$values ('e')$$, 'archiving detaches partitions');
select results_eq('select note from "metric 2020"', $$values ('b')$$, '... which are tables then');
select dbarchive_policy('metric', '{"timestamp_column": "at", "delete_after_days": 0, "where": "note = ''e''"}') is not null;
call dbarchive_apply('{"relation": "metric"}') \gset
select is((select count(*) from metric), 0::bigint, 'a condition is for single rows');
create table metric_2018 partition of metric for values from ('2018-01-01') to ('2019-01-01');
insert into metric values ('2018-05-05', 1, 'f');
select dbarchive_enable('metric') is not null;
select dbarchive_policy('metric', '{"timestamp_column": "at", "delete_after_days": 365}') is not null;
call dbarchive_apply('{"relation": "metric"}') \gset
select is((select count(*) from dbarchive_deleted('metric')), 1::bigint, 'triggers see single rows');
select isnt(to_regclass('metric_2018'), null, '... and the partition stays');
create table meter (at timestamptz not null, id int) partition by range (at);
create table meter_later partition of meter for values from ('2999-01-01') to ('3000-01-01');
insert into meter values ('2999-05-05', 1);
select dbarchive_policy('meter', '{"timestamp_column": "at", "delete_after_days": 30}') is not null;
call dbarchive_apply('{"relation": "meter"}') \gset
select is(outcome(:'result'), '0', 'no partition is due on most days');
create table meter_2001 partition of meter for values from ('2001-01-01') to ('2002-01-01');
insert into meter select '2001-05-05', i from generate_series(1, 3) as i;
call dbarchive_apply('{"relation": "meter", "dry_run": true}') \gset
select is(:'result'::jsonb #>> '{policies,0,rows}', '3', 'the rows of a partition that was never analyzed are counted');
call dbarchive_apply('{"relation": "meter"}') \gset
select is(:'result'::jsonb #>> '{policies,0,rows}', '3', '... also when it is dropped');

select exists (select from pg_available_extensions where name = 'pg_partman') as has_partman \gset
\if :has_partman
create schema partman;
create extension pg_partman schema partman;
create table reading (at timestamptz not null, n int) partition by range (at);
-- the type is optional from version 5 on, and named otherwise
select case when extversion < '5' then '''native'', ''monthly''' else '''1 month''' end as partman
from pg_extension where extname = 'pg_partman' \gset
select partman.create_parent('public.reading', 'at', :partman, p_start_partition => '2020-01-01') is not null;
insert into reading values (now(), 1);
update partman.part_config set retention = '60 days' where parent_table = 'public.reading';
select throws_like($$select dbarchive_policy('reading', '{"timestamp_column": "at", "delete_after_days": 365}')$$,
	'pg_partman removes partitions of table public.reading after 60 days', 'retention of pg_partman is left alone');
update partman.part_config set retention = null where parent_table = 'public.reading';
select dbarchive_policy('reading', '{"timestamp_column": "at", "delete_after_days": 365}') is not null;
call dbarchive_apply('{"relation": "reading"}') \gset
select results_eq($$select count(*) from partman.show_partitions('public.reading')
	where replace(partition_tablename, '_', '') < 'readingp' || to_char(now() - interval '13 months', 'YYYYMM')$$, 'values (0::bigint)',
	'without retention of its own its partitions are dropped');
select lives_ok($$select partman.run_maintenance('public.reading')$$, '... and pg_partman goes on');
\endif

-- ---- cost ----

-- most rows have the same value in the first column of the key, and few are old
create table tick (kind text, id int, made date, primary key (kind, id));
insert into tick select 'k', i, current_date - case when i < 4000 then 30 else 0 end from generate_series(1, 40000) as i;
create index on tick (made);
analyze tick;
select dbarchive_policy('tick', '{"timestamp_column": "made", "delete_after_days": 10}') is not null;
call dbarchive_apply('{"relation": "tick"}') \gset
select pg_sleep(1.1);
select is((select count(*) from tick), 36001::bigint, 'old rows are deleted');
select cmp_ok((select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'tick'), '<', 40000::numeric,
	'... without reading the others');

-- ---- rights ----

create role ar_owner;
create role ar_other;
grant create, usage on schema public to ar_owner, ar_other;
select dbcare_grant('ar_owner', 'archive') is not null, dbcare_grant('ar_other', 'archive') is not null;
create table seen (who text, what text);
grant insert on seen to public;
set role ar_owner;
create table mine (id int primary key, made date, note text);
insert into mine values (1, '2020-01-01', 'a'), (2, '2020-01-01', 'b');
grant all on mine to ar_other;
create function spy() returns trigger language plpgsql as $$
begin
	begin
		execute 'reset session authorization';
		execute 'set role postgres';
	exception when others then
		insert into public.seen values (current_user, sqlerrm);
	end;
	return old;
end $$;
create trigger spy after delete on mine for each row execute function spy();
create function spies(int) returns boolean language plpgsql as $$
begin
	insert into public.seen values (current_user, 'condition');
	return true;
end $$;
select dbarchive_policy('mine', '{"timestamp_column": "made", "where": "public.spies(id)", "delete_after_days": 1}') is not null;
set role ar_other;
select throws_ok($$select dbarchive_policy('mine', '{"name": "x", "timestamp_column": "made"}')$$, '42501', null,
	'who is not the owner stores no policy');
select throws_ok($$select dbarchive_policy('mine', '{"remove": true}')$$, '42501', null, '... and removes none');
reset role;
select is((select count(*) from dbarchive_policies() where table_name = 'public.mine'), 1::bigint, 'the policy is as it was');
call dbarchive_apply('{"relation": "mine"}') \gset
select is(outcome(:'result'), '2', 'a superuser applies it');
select is(array(select distinct who from seen), '{ar_owner}', 'conditions and triggers run as the owner');
select is((select count(*) from seen where what like 'cannot %'), 2::bigint, '... and cannot become another role');
drop table mine;
select is(dbarchive_policy('public.mine', '{"remove": true}') ->> 'action', 'removed', 'the policy of a table that is gone is removed');
-- holds by the name of a partition, or of the table
create table level (id int, k int, at date, primary key (id, k, at)) partition by range (at);
create table level_1 partition of level for values from ('2001-01-01') to ('2002-01-01') partition by list (k);
create table level_1a partition of level_1 for values in (1);
insert into level values (1, 1, '2001-02-01'), (2, 1, '2001-02-01');
select dbarchive_hold('level_1a', '{"id": 1, "k": 1, "at": "2001-02-01"}', 'case') is not null;
select dbarchive_policy('level', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"relation": "level"}') \gset
select is((select count(*) from level), 2::bigint, 'a partition stays if a row is held by the name of a part of it');
select dbarchive_policy('level', '{"timestamp_column": "at", "delete_after_days": 1, "where": "id = 1"}') is not null;
call dbarchive_apply('{"relation": "level"}') \gset
select is((select count(*) from level), 2::bigint, '... as such a row does');
select dbarchive_release('level_1a', '{"id": 1, "k": 1, "at": "2001-02-01"}') is not null;
select dbarchive_hold('level', '{"id": 1, "k": 1, "at": "2001-02-01"}', 'case') is not null;
select dbarchive_policy('level_1a', '{"timestamp_column": "at", "delete_after_days": 1, "where": "id = 1"}') is not null;
call dbarchive_apply('{"relation": "level_1a"}') \gset
select is((select count(*) from level), 2::bigint, '... or a row of a partition, held by the name of the table');
select dbarchive_release('level', '{"id": 1, "k": 1, "at": "2001-02-01"}') is not null;
select dbarchive_policy('level', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
create function see_deleted() returns trigger language plpgsql as 'begin return old; end';
create trigger see after delete on level_1a for each row execute function see_deleted();
call dbarchive_apply('{"relation": "level"}') \gset
select is(to_regclass('level_1')::text, 'level_1', 'rows go one by one if a part of a partition has a trigger');
drop table level;
select dbarchive_policy('public.level', '{"remove": true}') is not null, dbarchive_policy('public.level_1a', '{"remove": true}') is not null;
-- a time limit is that of the call
create table slow_1 (id int primary key, at date);
create table slow_2 (id int primary key, at date);
insert into slow_1 select i, '2001-01-01' from generate_series(1, 1000) as i;
insert into slow_2 select id, at from slow_1;
select dbarchive_policy(t, '{"name": "slow", "timestamp_column": "at", "delete_after_days": 1}') is not null from unnest(array['slow_1', 'slow_2']) as t;
call dbarchive_apply('{"name": "slow", "max_seconds": 1, "pause_ms": 1200}') \gset
select is((select count(*) from slow_2), 1000::bigint, 'max_seconds is the limit for all policies together');
select dbarchive_policy(t, '{"name": "slow", "remove": true}') is not null from unnest(array['slow_1', 'slow_2']) as t;
drop table slow_1, slow_2;
-- rows that triggers and rules keep, or insert again
create table due_1 (id int primary key, at date);
create table due_2 (id int primary key, at date);
create table due_3 (id int primary key, at date);
insert into due_1 values (1, '2001-01-01'), (2, '2001-01-01');
insert into due_2 select * from due_1;
insert into due_3 select * from due_1;
create function keep_row() returns trigger language plpgsql as 'begin return case when old.id = 1 then old end; end';
create function put_row() returns trigger language plpgsql as 'begin insert into due_3 values (old.id - 10, old.at); return null; end';
create trigger keep before delete on due_1 for each row execute function keep_row();
create rule keep as on delete to due_2 do instead nothing;
create trigger put after delete on due_3 for each row when (old.id > 0) execute function put_row();
select dbarchive_policy(t, '{"name": "due", "timestamp_column": "at", "delete_after_days": 1}') is not null from unnest(array['due_1', 'due_2', 'due_3']) as t;
call dbarchive_apply('{"name": "due"}') \gset
select is((select string_agg(concat(p ->> 'rows', ' ', p ->> 'error'), '; ' order by p ->> 'table_name') from jsonb_array_elements(:'result'::jsonb -> 'policies') as p),
	'1 1 row of table public.due_1 that should be deleted is still there: a trigger or a rule keeps or inserts it; '
	'0 2 rows of table public.due_2 that should be deleted are still there: a trigger or a rule keeps or inserts them; '
	'2 2 rows of table public.due_3 that should be deleted are still there: a trigger or a rule keeps or inserts them',
	'a policy names how many rows triggers and rules keep or insert again');
select dbarchive_policy(t, '{"name": "due", "remove": true}') is not null from unnest(array['due_1', 'due_2', 'due_3']) as t;
drop table due_1, due_2, due_3;
drop owned by ar_owner, ar_other;
drop role ar_owner, ar_other;
select * from finish();
