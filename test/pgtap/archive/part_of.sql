-- A partition and its table that both have triggers of dbcare: each order of the calls.
set client_min_messages = warning;
drop database if exists ar_part_of;
create database ar_part_of;
\connect ar_part_of
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

-- the tables whose deleted rows are kept
create function pg_temp.kept() returns text language sql as $$
	select string_agg(concat(table_name, row_key), ' ' order by table_name, row_key) from dbarchive_deleted() $$;
create function pg_temp.triggers(what text) returns text language sql as $$
	select string_agg(tgrelid::regclass::text, ' ' order by tgrelid::regclass::text) from pg_trigger
	where tgname ~ what and tgparentid = 0 and not tgisinternal $$;

create table pt (id int primary key, v text) partition by range (id);
create table pt1 partition of pt for values from (0) to (10);
create table pt2 partition of pt for values from (10) to (20) partition by range (id);
create table pt21 partition of pt2 for values from (10) to (15);
create table pt22 partition of pt2 for values from (15) to (20);
insert into pt select i from generate_series(1, 18) as i;

-- ---- trash ----

select dbarchive_enable('pt1', '{"mode": "trash"}') is not null;
delete from pt where id in (1, 11);
select is(pg_temp.kept(), 'public.pt11', 'the rows of one partition are kept');
select lives_ok($$select dbarchive_enable('pt', '{"mode": "trash"}')$$, 'a table is enabled whose partition is');
select is(pg_temp.triggers('^dbcare_trash(_\d+)?$'), 'pt pt1', '... and keeps its trigger');
delete from pt where id in (2, 12);
select is(pg_temp.kept(), 'public.pt11 public.pt12 public.pt2112', '... of all partitions, once');
select lives_ok($$select dbarchive_enable('pt21', '{"mode": "trash"}'), dbarchive_enable('pt2', '{"mode": "trash"}')$$, 'a partition is enabled whose table is');
delete from pt where id = 13;
select is((select count(*) from dbarchive_deleted('pt21')), 2::bigint, '... whose rows are kept once');
select dbarchive_disable('pt') is not null;
select is(pg_temp.triggers('^dbcare_trash(_\d+)?$'), 'pt1 pt2 pt21', 'partitions that were enabled stay so without their table');
select throws_ok($$truncate pt1$$, '55000', 'table pt1 cannot be truncated', '... against TRUNCATE, too');
select dbarchive_disable('pt1') is not null, dbarchive_disable('pt2') is not null, dbarchive_disable('pt21') is not null;
select is(pg_temp.triggers('^dbcare'), null, '... until they are disabled');

-- ---- the mode is one ----

select dbarchive_enable('pt1', '{"mode": "trash"}') is not null;
select throws_ok($$select dbarchive_enable('pt', '{"mode": "flag"}')$$, '55000', 'table public.pt cannot have mode flag',
	'a table whose partition has mode trash cannot have mode flag');
select dbarchive_disable('pt1') is not null, dbarchive_enable('pt', '{"mode": "flag"}') is not null;
select throws_ok($$select dbarchive_enable('pt21', '{"mode": "trash"}')$$, '55000', 'table public.pt21 cannot have mode trash',
	'a partition of a table with mode flag cannot have mode trash');
select dbarchive_disable('pt') is not null;

-- ---- holds ----

select dbarchive_hold('pt1', 4, 'part') is not null;
select lives_ok($$select dbarchive_hold('pt', 5, 'whole')$$, 'a row of a table is held where one of a partition is');
select lives_ok($$select dbarchive_hold('pt21', 14, 'part'), dbarchive_hold('pt2', 15, 'middle')$$, '... and rows of partitions are');
-- within a partition, from one to another, and to one of a table beside it
delete from pt where id = 10;
update pt set id = 0 where id = 4;
update pt set id = 13 where id = 14;
update pt set id = 10 where id = 15;
update pt set id = 11 where id = 5;
select is((select string_agg(concat(table_name, ' ', row_key), ', ' order by table_name) from dbarchive_holds()),
	'public.pt 11, public.pt1 0, public.pt2 10, public.pt21 13', 'each hold follows its row');
select dbarchive_release('pt1', 0) is not null, dbarchive_release('pt2', 10) is not null;
select is(pg_temp.triggers('^dbcare_hold'), 'pt pt21', 'the triggers go with the last hold');

-- ---- the log of changes ----

select dbaudit_enable('pt1') is not null;
select lives_ok($$select dbaudit_enable('pt')$$, 'a table is logged whose partition is');
select is((select string_agg(concat(table_name, coalesce(' ' || problem, '')), ', ' order by table_name) from dbaudit_tables()),
	'public.pt, public.pt1 it is a partition of public.pt: its changes are logged with that table', '... and logs the rows of the partition');
update pt set v = 'x' where id = 0;
select is((select string_agg(table_name, ', ') from dbaudit_log('{"action": "update"}')), 'public.pt', '... whose changes are logged once');
select throws_ok($$select dbaudit_enable('pt21')$$, '55000',
	'changes of table public.pt21 cannot be logged: it is a partition of a table that is logged', '... and not by itself');
select * from finish();
\connect postgres
drop database ar_part_of;
