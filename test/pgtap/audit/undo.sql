-- Undoing changes of tables with generated and identity columns, and of
-- partitioned tables.
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

-- partitions by list, one of them by hash, a default one, and one with other columns
create table p (id int, k int, at timestamptz default '2026-01-01', tags text[], odd numeric, primary key (id, k)) partition by list (k);
create table p1 partition of p for values in (1);
create table p2 (tags text[], gone int, k int not null, odd numeric, at timestamptz, id int not null);
alter table p2 drop column gone;
alter table p attach partition p2 for values in (2);
create table p3 partition of p for values in (3, 4) partition by hash (id);
create table p3a partition of p3 for values with (modulus 2, remainder 0);
create table p3b partition of p3 for values with (modulus 2, remainder 1);
create table p_rest partition of p default;
create table child (id int primary key, p_id int, p_k int, foreign key (p_id, p_k) references p);
create function no() returns trigger language plpgsql as $$begin raise 'fired'; end$$;
select dbaudit_enable('p') is not null;
insert into p (id, k, tags, odd) select n, 1 + n % 6, array['a', n::text], n / 7.0 from generate_series(1, 24) as n;
create trigger no before insert on p for each row execute function no();
alter table p disable trigger no;
create temporary table was as select tableoid::regclass as part, * from p;
create temporary table moment as select clock_timestamp()::text as at;
select dbaudit_actor('mallory') is not null;
update p set k = 1 + k % 6 where id < 13;
update p set odd = -1, tags = null where id between 10 and 15;
update p set id = id + 100 where id in (20, 21);
delete from p where id in (1, 2, 3, 4, 22);
update p set k = 9 where id = 24;
insert into p (id, k) values (50, 1), (51, 2), (52, 3), (53, 1);
select dbaudit_actor(null) is not null;
alter table p enable trigger no;
select is(dbaudit_undo(null, '{"actor": "mallory", "since": "2000-01-01", "dry_run": true}') ->> 'tables', '1', 'changes of a partitioned table are undone on trial');
select isnt((select count(*) from p where id = 50), 0::bigint, '... which changes nothing');
select is(dbaudit_undo(null, '{"actor": "mallory", "since": "2000-01-01"}') ->> 'tables', '1', '... and really');
select bag_eq('select tableoid::regclass as part, * from p', 'select * from was', '... each row in its partition, exactly');
select bag_eq($$select distinct table_name from dbaudit_log()$$, $$values ('public.g'), ('public.p')$$, '... which the log has under the name of the table');
select is((select count(*) from dbaudit_table_as_of('p', (select at from moment))), 24::bigint, '... and can take back');
select bag_eq($$select row_key, row_data from dbaudit_table_as_of('p', (select at from moment))$$,
	$$select row_key, row_data from dbaudit_table_as_of('p', (clock_timestamp() + interval '1 day')::text)$$, '... to the same rows');

alter table p disable trigger no;
insert into child values (1, 5, 6);
update p set odd = 0 where id = 5;
select is(dbaudit_undo((select max(id) from dbaudit_log())) ->> 'rows', '1', 'a row that others refer to is restored');
insert into p (id, k) values (60, 1);
insert into child values (2, 60, 1);
select throws_ok($$select dbaudit_undo((select max(id) from dbaudit_log()))$$, '23503', 'the changes cannot be undone', '... but not deleted');
-- partitions that are missing, computed or foreign
create table q (id int primary key) partition by range (id);
create table q1 partition of q for values from (0) to (10);
create table q2 partition of q for values from (10) to (20);
select dbaudit_enable('q') is not null;
insert into q values (1), (11);
delete from q;
drop table q2;
select throws_ok($$select dbaudit_undo(max(id)) from dbaudit_log()$$, '55000', 'the changes cannot be undone', 'a row whose partition was dropped is refused');
create table q3 partition of q default;
select is(dbaudit_undo((select max(id) from dbaudit_log())) ->> 'rows', '1', '... and restored into a default partition');
select is((select tableoid::regclass::text from q), 'q3', '... which has it');
-- many rows whose keys are arrays, or of several columns
create domain code as varchar(20) collate "C";
create table ar (k int[] primary key, v int);
create table du (at timestamptz, k code, n numeric, v int, primary key (k, at, n));
select dbaudit_enable('ar') is not null, dbaudit_enable('du') is not null;
insert into ar select array[n, n % 7], n from generate_series(1, 40) as n;
insert into du select '2026-01-01'::timestamptz + n * interval '1.000001 hours', 'it''s {"' || n, n / 8.0, n from generate_series(1, 40) as n;
create temporary table ar_was as select * from ar;
create temporary table du_was as select * from du;
select dbaudit_actor('many') is not null;
update ar set v = -v;
update du set v = -v;
delete from ar where v % 3 = 0;
delete from du where v % 3 = 0;
update du set n = n + 100 where v % 5 = 0;
select dbaudit_actor(null) is not null;
set local timezone = 'Asia/Kolkata';
set local datestyle = 'German';
select is(dbaudit_undo(null, '{"actor": "many", "since": "2000-01-01"}') ->> 'rows', '86', 'changes of many rows are undone together');
select bag_eq('select * from ar', 'select * from ar_was', '... whose keys are arrays');
select bag_eq('select * from du', 'select * from du_was', '... or of several columns');
-- a deleted row does not come back without the values of a column that was dropped
create table card (id int primary key, text text, extra text);
select dbaudit_enable('card') is not null;
insert into card values (1, 'a', 'lost'), (2, 'b', 'kept');
update card set text = 'c' where id = 2;
delete from card where id = 1;
alter table card drop column extra;
alter table card add column extra text;
select max(id) as deleted from dbaudit_log() where action = 'delete' \gset
select max(id) as updated from dbaudit_log() where action = 'update' \gset
select throws_like(format('select dbaudit_undo(%s)', :deleted), 'the changes cannot be undone', 'a deleted row that had a column which was dropped is not brought back');
select is(dbaudit_undo(:updated) ->> 'rows', '1', '... but a change of another column is undone');
select * from finish();
rollback;
