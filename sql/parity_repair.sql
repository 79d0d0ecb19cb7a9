-- Texts that change after they were applied, and dbmigrate_repair.
select dbmigrate_repair();
select dbmigrate_add('1', 'one', 'create table one (
  id integer,
  word text
);
insert into one values (1, ''a'');', 'drop table one');
select dbmigrate_add('2', 'two', 'create table two (id integer)', 'drop table two');
select dbmigrate_apply();
-- layout is not text: line ends, indentation, blank lines
select dbmigrate_load('{"1_one.up.sql": "\ufeffcreate table one (\r\n\tid integer,  \r\n\tword text\r\n);\r\n\r\ninsert into one values (1, ''a'');\r\n", "1_one.down.sql": "drop table one"}');
select version, state from dbmigrate_status();
select * from dbmigrate_verify();
select dbmigrate_apply();
-- anything else is; what differs is shown by lines
select dbmigrate_load('{"1_one.up.sql": "create table one (\n  id integer,\n  word text not null,\n  more text\n);\ninsert into one values (1, ''a'');", "1_one.down.sql": "drop table one"}');
select * from dbmigrate_verify();
select dbmigrate_apply();
select dbmigrate_repair('{"accept": ["2"]}');
select dbmigrate_repair('{"accept": ["3"]}');
select dbmigrate_repair('{"accept": "1"}');
select dbmigrate_repair('{"forget": ["1"]}');
select dbmigrate_repair('{"reset": true}');
-- all or nothing
select dbmigrate_repair('{"accept": ["1", "2"]}');
select version, state from dbmigrate_status();
select dbmigrate_repair('{"accept": ["1"]}');
select version, state from dbmigrate_status();
select * from dbmigrate_verify();
-- a failure
select dbmigrate_add('3', 'three', 'select * from nowhere');
select dbmigrate_apply(null, '{"on_error": "report"}') ->> 'failed';
select version, state from dbmigrate_status();
select dbmigrate_repair();
select version, state from dbmigrate_status();
-- the log knows
select event, version from dbmigrate_history() order by event_id;
-- what is repeatable runs again after any change, of layout too
select dbmigrate_add('r', 'again', 'create table if not exists again (id integer)', null, '{"repeatable": true}');
select dbmigrate_add('3', 'three', 'select 3');
select dbmigrate_apply();
select dbmigrate_add('r', 'again', '  create table if not exists again (id integer)', null, '{"repeatable": true}');
select dbmigrate_apply();
