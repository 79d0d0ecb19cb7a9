create table descending (id integer primary key desc, v);
create table sorted (id integer primary key, v) without rowid;
create table numbered (id integer primary key, v);
insert into descending values ('a "b"', 1), (2, 2), (x'00ff', 3);
insert into sorted values (2, 2);
insert into numbered values ('7', 1);
select dbarchive_enable('descending') is not null, dbarchive_enable('sorted') is not null, dbarchive_enable('numbered') is not null;
-- a key that is not the rowid is of any type
delete from descending;
delete from sorted;
delete from numbered;
select table_name, row_key, typeof(row_key) from dbcare_trash order by 1, 2;
--> 1|1|1
--> descending|"a \"b\""|text
--> descending|2|text
--> descending|{"blob": "00ff"}|text
--> numbered|7|text
--> sorted|2|text

-- the table is made anew with another key, and its triggers from their text: a key that is no integer is refused
create table rebuilt (id integer primary key, v);
insert into rebuilt values (1, 1);
select dbarchive_enable('rebuilt') is not null;
.output rebuilt.sql
select sql || ';' from sqlite_schema where type = 'trigger' and tbl_name = 'rebuilt';
.output stdout
begin;
create table made (id text primary key, v);
insert into made select * from rebuilt;
drop table rebuilt;
alter table made rename to rebuilt;
.read rebuilt.sql
commit;
delete from rebuilt;
select count(*) from rebuilt;
select dbarchive_enable('rebuilt') is not null;
delete from rebuilt;
select row_key from dbcare_trash where table_name = 'rebuilt';
--> 1
--> ERROR: the key of table rebuilt is not its rowid any more: call dbarchive_enable() for it again (19)
--> 1
--> 1
--> "1"
