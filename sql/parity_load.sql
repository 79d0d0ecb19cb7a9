-- Loading files of several formats from a JSON object.
select dbcare_set('actor', 'tester');
-- golang-migrate
select dbmigrate_load('{"0001_one.up.sql": "create table one (id integer primary key)", "0001_one.down.sql": "drop table one", "0002_two.up.sql": "create table two (id integer primary key)", "README.md": "not a migration"}', '{"partial": true}');
select version, name, state, reversible from dbmigrate_status();
-- again: nothing changes
select dbmigrate_load('{"0001_one.up.sql": "create table one (id integer primary key)", "0001_one.down.sql": "drop table one", "0002_two.up.sql": "create table two (id integer primary key)", "README.md": "not a migration"}', '{"partial": true}');
-- a leading V
select dbmigrate_load('{"V0003.Three_More.up.sql": "create table three (id integer primary key)"}', '{"partial": true}');
-- dbmate
select dbmigrate_load('{"20260101000000_four.sql": "-- a comment\n-- migrate:up\ncreate table four (id integer primary key);\n\n-- migrate:down\ndrop table four;\n"}', '{"partial": true}');
select dbmigrate_load('{"20260102000000_five.sql": "-- migrate:up transaction:false\nselect 5;\n-- migrate:down\nselect 6;\n"}', '{"partial": true}');
-- diesel
select dbmigrate_load('{"2026-02-01-101500_six/up.sql": "create table six (id integer primary key)", "2026-02-01-101500_six/down.sql": "drop table six", "2026-02-01-101500-0001_seven/up.sql": "create table seven (id integer primary key)", "2026-02-01-101500-0001_seven/metadata.toml": "run_in_transaction = false\n"}', '{"partial": true}');
-- plain
select dbmigrate_load('{"20260301_eight.sql": "create table eight (id integer primary key)"}', '{"partial": true, "format": "plain"}');
select version, name, state, reversible, transactional from dbmigrate_status();
select event, version, name from dbmigrate_history() order by event_id;
-- a line number counts in the file
select dbmigrate_load('{"20260401000000_nine.sql": "-- migrate:up\n\n\nselect * from\n  nowhere;\n-- migrate:down\nselect 1;\n"}', '{"partial": true}');
-- diesel reads directories only
select dbmigrate_load('{"2026-04-02-000000_ten/up.sql": "select 1", "notes.sql": "select 2"}', '{"partial": true}');
-- of golang-migrate's a down script may be alone: the up does nothing
select dbmigrate_load('{"20270101_only.down.sql": "select 1"}', '{"partial": true}');
select version, state, reversible from dbmigrate_status() where version = '20270101';
-- what is refused, with the name of the file; nothing is registered
select count(*) from dbmigrate_status();
select dbmigrate_load('{"20270102_a.up.sql": "select 1", "one.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"1_a.up.sql": "select 1", "01_b.up.sql": "select 2"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "select 1;\n-- migrate:up\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "select 1"}', '{"partial": true, "format": "dbmate"}');
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;"}', '{"partial": true, "format": "plain"}');
select dbmigrate_load('{"_a/up.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"notes.txt": "nothing"}', '{"partial": true}');
select count(*) from dbmigrate_status();
