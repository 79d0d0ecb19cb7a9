-- The files of a load are complete: those that are missing were deleted or renamed.
select dbcare_set('actor', 'tester');
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer primary key)", "1_a.down.sql": "drop table a", "2_b.up.sql": "create table b (id integer primary key)", "3_c.up.sql": "create table c (id integer primary key)"}') ->> 'added';
select dbmigrate_add('9', 'mine', 'create table mine (id integer primary key)') ->> 'action';
-- a deleted pending file is not applied
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer primary key)", "1_a.down.sql": "drop table a", "2_b.up.sql": "create table b (id integer primary key)"}', '{"verbose": true}');
select dbmigrate_apply() ->> 'version';
select version, name, state, problem, blocks from dbmigrate_status();
-- an applied file has another version: it does not run again
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer primary key)", "1_a.down.sql": "drop table a", "20_b.up.sql": "create table b (id integer primary key)"}', '{"verbose": true}') -> 'versions' -> 'renamed' -> 0 ->> 'to';
select version, name, state from dbmigrate_status();
select dbmigrate_apply() ->> 'version';
select version, finding, message from dbmigrate_verify();
select event, version, name, error from dbmigrate_history() order by event_id;
-- two with the same text are not told apart
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer primary key)", "1_a.down.sql": "drop table a", "21_b.up.sql": "create table b (id integer primary key)", "22_b.up.sql": "create table b (id integer primary key)"}', '{"verbose": true}') -> 'versions' -> 'renamed' -> 0 ->> 'to';
select version, state, problem from dbmigrate_status();
-- a deleted applied one is missing, an older one is late
select dbmigrate_load('{"0_first.up.sql": "create table first (id integer primary key)", "1_a.up.sql": "create table a (id integer primary key, note text)"}') ->> 'removed';
select version, state, problem, blocks from dbmigrate_status();
-- unless the load is partial
select dbmigrate_load('{"2_new.up.sql": "create table new (id integer primary key)"}', '{"partial": true}') ->> 'removed';
select version, state from dbmigrate_status();
select dbmigrate_load('{"2_new.up.sql": "select 1"}', '{"partial": 1}');
