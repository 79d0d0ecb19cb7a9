-- dbmigrate_test: up, down and up again, and nothing of it stays.
-- nothing is registered
select dbmigrate_test();
-- dbcare's tables and the schema stay as they are
create table state (fingerprint text);
select dbmigrate_add('1', 'shops', 'create table shop (id integer primary key, name text not null)', 'drop table shop') is null;
insert into state values (dbmigrate_fingerprint());
-- all is well
select dbmigrate_add('2', 'rows', 'insert into shop (id, name) values (1, ''one''), (2, ''two'')', 'delete from shop where id in (1, 2)') is null;
select dbmigrate_add('3', 'column', 'alter table shop add column town text', 'alter table shop drop column town') is null;
select replace(cast(dbmigrate_test() as text), 'public.', '');
select fingerprint = dbmigrate_fingerprint() from state;
select version, state from dbmigrate_status() order by version;
select count(*) from dbmigrate_history() where event <> 'register';
-- ways down that are not there, do nothing, leave something, lose something
select dbmigrate_add('4', 'no down', 'create table lonely (id integer)') is null;
select dbmigrate_add('5', 'comment', 'create table quiet (id integer)', '-- nothing to do') is null;
select dbmigrate_add('6', 'leaves', 'create table one (id integer); create table if not exists two (id integer)', 'drop table one') is null;
select dbmigrate_add('7', 'loses', 'drop table if exists quiet', 'select 1') is null;
select replace(cast(dbmigrate_test() as text), 'public.', '');
-- rows that do not come back, and rows that are changed; the order of columns does not matter
select dbmigrate_add('6', 'leaves', 'create table one (id integer, x integer, y integer)', 'drop table one') is null;
select dbmigrate_add('7', 'rows', 'delete from shop where id = 1', 'select 1') is null;
select dbmigrate_add('8', 'changed', 'update shop set name = ''three'' where id = 2', 'update shop set name = ''four'' where id = 2') is null;
select dbmigrate_add('9', 'order', 'alter table one drop column x', 'alter table one add column x integer') is null;
select replace(cast(dbmigrate_test() as text), 'public.', '');
-- one alone, after those before it; some as one
select dbmigrate_test('3');
select dbmigrate_test('3', '{"from": "2"}');
select dbmigrate_add('7', 'first half', 'create table half (id integer)', 'select 1') is null;
select dbmigrate_add('8', 'second half', 'create table whole (id integer)', 'drop table whole; drop table half') is null;
select replace(cast(dbmigrate_test('8') as text), 'public.', '');
select dbmigrate_test('8', '{"from": "7"}');
-- verify_sql is part of the way up, and sees what it has made
select dbmigrate_add('7', 'verified', 'create table verified (id integer); insert into verified values (1)', 'drop table verified', '{"verify_sql": "select count(*) = 1 from verified"}') is null;
select dbmigrate_add('8', 'not verified', 'create table doubted (id integer)', 'drop table doubted', '{"verify_sql": "select count(*) = 1 from doubted"}') is null;
select dbmigrate_add('9', 'next', 'insert into doubted values (1)', 'delete from doubted') is null;
select replace(cast(dbmigrate_test() as text), 'public.', '');
-- the test goes on after a failure
select dbmigrate_add('7', 'fails', 'savepoint s', 'select 1') is null;
select dbmigrate_add('8', 'fails, too', 'create table made (id integer)', 'drop table made; savepoint s') is null;
select dbmigrate_add('9', 'next', 'insert into made values (1)', 'delete from made') is null;
select replace(cast(dbmigrate_test() as text), 'public.', '');
select fingerprint = dbmigrate_fingerprint() from state;
-- what cannot run in a transaction and changes no schema is left out
select dbmigrate_add('7', 'outside', 'create table packed (id integer); vacuum', 'drop table packed; vacuum') is null;
select dbmigrate_test('7');
-- what is applied
select dbmigrate_apply('2') is not null;
select dbmigrate_test('2');
select dbmigrate_test('3', '{"from": "1"}');
select dbmigrate_test('3');
select dbmigrate_test('9', '{"from": "99"}');
select dbmigrate_test('99');
select dbmigrate_test('3', '{"from": "4"}');
select dbmigrate_test(null, '{"from": "3"}');
select dbmigrate_test('{"from": "3"}');
select dbmigrate_test('3', '{"from": 3}');
-- in production it has to be confirmed
select dbcare_set('environment', 'production') is null;
select dbmigrate_test('3');
select dbmigrate_test('3', '{"confirm": "some other"}');
