-- Deleted rows of tables that have changed since.
-- sqlite3: pragma foreign_keys = on;
-- a column that no longer exists
create table g (id integer primary key, v text, w integer);
insert into g values (1, 'y', 3);
select dbarchive_enable('g') is not null;
delete from g;
select dbarchive_disable('g') is not null;
alter table g drop column v;
select dbarchive_restore('g', 1);
select count(*) from g;
select row_key, cast(row_data as text) like '%"y"%' from dbarchive_deleted('g');
-- columns that are new
create table a (id integer primary key, v text, w integer);
create table c (id integer primary key, a_id integer references a (id) on delete cascade);
select dbarchive_enable('a') is not null;
insert into a values (1,'x', -1),(2,'y', null),(3,'z', 7);
insert into c values (1, 1), (2, 1);
delete from a where id = 1;
alter table a add column n integer not null default 5;
alter table a add column t text default 'it''s';
alter table a add column r double precision default 2.5;
alter table a add column nil text;
select dbarchive_restore('a', 1) is not null;
select * from a order by 1;
-- nulls stay null where another row of the batch has a value
create table sparse (id integer primary key, note text, price double precision, count integer);
select dbarchive_enable('sparse') is not null;
insert into sparse values (1, 'secret of 1', 1.5, 1), (2, null, null, null), (3, '', 0.25, 3), (4, null, 2e300, null);
delete from sparse;
alter table sparse add column n text;
alter table sparse add column w text default 'w';
-- psql: select dbarchive_restore_batch(3) is not null;
-- sqlite3: select dbarchive_restore_batch(5) is not null;
select id, note, cast(price * 4 as integer), count, n, w from sparse where id <> 4 order by id;
select id, note, price > 1e300, count, n, w from sparse where id = 4;
-- columns that are new to the trigger that keeps what dbcare deletes, and a row that goes with it
create table grown (id integer primary key, at date);
create table below (id integer primary key, grown_id integer references grown (id) on delete cascade);
select dbarchive_enable('grown') is not null;
insert into grown values (1, '2020-01-01'), (2, '2020-01-01'), (3, '2020-01-01');
insert into below values (1, 1), (2, 2);
alter table grown add column n integer;
alter table below add column m text;
update grown set n = 10 * id;
update below set m = 'with 1' where id = 1;
update below set m = 'with 2' where id = 2;
select dbops_delete('grown', '{"id": 1}') is not null;
alter table grown add column t text;
update grown set t = 'new' where id > 1;
select dbarchive_delete('grown', 2) is not null;
alter table grown add column u text default 'none';
update grown set u = 'newer' where id = 3;
select dbarchive_policy('grown', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"relation": "grown", "dry_run": false, "confirm": "yes"}');
select count(*) from grown;
select dbarchive_restore('grown', 3) is not null;
select dbarchive_restore('grown', 2) is not null;
select dbarchive_restore('grown', 1) is not null;
select id, n, t, u from grown order by id;
select * from below order by id;
-- a table that no longer exists
select dbarchive_enable('a') is not null;
delete from a;
drop table c;
drop table a;
select count(*) from dbarchive_deleted();
