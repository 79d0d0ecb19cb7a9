-- What apply and rollback refuse to do, and why.
-- what was baselined is not taken back unless told to
create table users (id integer primary key);
select dbmigrate_add('1', 'users', 'create table users (id integer primary key)', 'drop table users');
select dbmigrate_baseline('1');
select dbmigrate_rollback();
select dbmigrate_rollback(null, '{"include_baselined": "yes"}');
select count(*) from users;
select dbmigrate_rollback(null, '{"include_baselined": true}');
select version, state from dbmigrate_status();
select dbmigrate_apply();
-- leading zeros make no other version
select dbmigrate_add('01', 'again', 'select 1');
select dbmigrate_load('{"001_again.sql": "select 1"}');
select dbmigrate_apply('001');
select dbmigrate_rollback('001');
-- what is not for this environment is neither pending nor a target
select dbmigrate_add('2', 'tests only', 'create table fixture (id integer)', 'drop table fixture', '{"environments": ["testing"]}');
select count(*) from dbmigrate_pending();
select dbhealth_report('{"checks": ["missing_primary_key"]}') -> 'migrations' ->> 'pending';
select dbmigrate_apply('2');
select dbmigrate_apply();
-- a pair has both texts
select dbmigrate_add('3', 'pair', '{"postgresql": "select 1"}');
select dbmigrate_add('3', 'pair', '{"sqlite": "select 1"}');
select dbmigrate_add('3', 'pair', '{"postgresql": "select 1", "mysql": "select 1"}');
-- the place of a failure is in the report and in the history
select dbmigrate_load('{"4_four.sql": "select 1;\n\nselect * from nowhere;\n"}');
select dbmigrate_apply('4', '{"on_error": "report"}') -> 'error' ->> 'context';
select substr(error, length(error) - 52) from dbmigrate_history() where event = 'failure';
select dbmigrate_add('4', 'four', 'create table four (id integer)', 'drop table four');
-- what is repeatable goes first in a rollback, if it can
select dbmigrate_add('0.1', 'view', 'create view sight as select id from four', 'drop view sight', '{"repeatable": true}');
select dbmigrate_add('0.2', 'stays', 'select 1', null, '{"repeatable": true}');
select dbmigrate_apply();
select dbmigrate_rollback('1');
select version, state from dbmigrate_status();
-- marks that are no marks are not read as SQL
select dbmigrate_load('{"5_five.sql": "-- migrate: up\ncreate table five (id integer);\n-- migrate:down\ndrop table five;"}');
select dbmigrate_load('{"5_five.sql": "-- migrate:down\ndrop table four;"}');
select dbmigrate_load('{"5_five.sql": "-- migrate:up\nselect 1;\n-- migrate:up\nselect 2;"}');
select dbmigrate_load('{"5_five.sql": "-- migrate:up\nselect 1;\n  -- migrate:down\nselect 2;"}');
