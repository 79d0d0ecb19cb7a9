-- The tables whose rows a test cycle has changed: the same list, in the same order.
create table shop (id integer primary key, name varchar(10) not null, price double precision);
create table item (id integer primary key, shop integer);
create table "Odd Name" (id integer primary key);
insert into shop values (1, 'one', 1.5), (2, 'two', 2.5);
insert into item values (1, 1), (2, 2);
insert into "Odd Name" values (1);
select dbmigrate_add('1', 'put back', 'insert into shop values (3, ''three'', 3)', 'delete from shop where id = 3') is null;
select dbmigrate_add('2', 'the same values', 'update shop set name = name', 'update shop set name = name') is null;
select dbmigrate_add('3', 'another value', 'update shop set price = 2 where id = 1', 'update shop set price = 3 where id = 1') is null;
select dbmigrate_add('4', 'all tables', 'delete from shop; delete from "Odd Name"; delete from item', 'select 1') is null;
select dbmigrate_add('5', 'a new table', 'create table "New" (id integer); insert into "New" values (1)', 'drop table "New"') is null;
select dbmigrate_add('6', 'a table that stays', 'create table "Kept" (id integer); insert into "Kept" values (1)', 'select 1') is null;
with r as materialized (select dbmigrate_test() as result), n (n) as (values (0), (1), (2), (3), (4), (5)) select result -> 'results' -> n ->> 'version', result -> 'results' -> n ->> 'up', result -> 'results' -> n ->> 'down', replace(replace(result -> 'results' -> n ->> 'rows_changed', 'public.', ''), ', ', ',') from r, n order by n;
-- since 3.38: the operator ->
