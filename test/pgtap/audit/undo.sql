-- Undoing changes of tables with generated and identity columns.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
select dbcare_install() is not null;

create table g (id bigint generated always as identity primary key, price numeric, label text,
	gross numeric generated always as (price * 1.2) stored, shout text generated always as (upper(label)) stored, dropped int);
alter table g drop column dropped;
create index on g (gross);
select dbaudit_enable('g') is not null;
insert into g (price, label) select n, 'row ' || n from generate_series(1, 3) as n;
create temporary table before as select * from g;
select dbaudit_actor('eve') is not null;
update g set price = price * 10, label = null where id = 1;
delete from g where id = 2;
insert into g (price, label) values (9, 'new');
select dbaudit_actor(null) is not null;
select is(dbaudit_undo(null, '{"actor": "eve", "since": "2000-01-01"}') ->> 'rows', '3', 'changes of a table with generated columns are undone');
select bag_eq('select * from g', 'select * from before', '... exactly, generated and identity columns included');
set local enable_seqscan = off;
select is((select string_agg(id::text, ',' order by id) from g where gross in (1.2, 2.4, 3.6)), '1,2,3', '... in indexes, too');
insert into g (price) values (5);
select is((select max(id) from g), 5::bigint, '... and identity columns continue');

create table p (id int, k int, primary key (id, k)) partition by list (k);
create table p1 partition of p for values in (1);
select dbaudit_enable('p') is not null;
insert into p values (1, 1);
select throws_ok($$select dbaudit_undo((select max(id) from dbaudit_log()))$$, '0A000', 'changes of table public.p cannot be undone: it is partitioned',
	'changes of partitioned tables are refused');
select * from finish();
rollback;
