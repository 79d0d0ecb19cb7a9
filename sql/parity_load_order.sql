-- Migrations run in the order that the tool of their format gives them.
select dbcare_set('actor', 'tester');
-- diesel compares text: a date without time is before the times of later days
select dbmigrate_load('{"20240306170000_a/up.sql": "create table a (id integer)", "20240306170000_a/down.sql": "drop table a", "2024-03-13_170000_b/up.sql": "create table b (id integer)", "2024-03-13_170000_b/down.sql": "drop table b", "2024-03-20-101500_c/up.sql": "create table c (id integer)", "2024-03-20-101500_c/down.sql": "drop table c", "2023-05-23-1715-name/up.sql": "create table d (id integer)"}', '{"partial": true}') ->> 'format';
select version, name from dbmigrate_status();
select version from dbmigrate_plan();
select dbmigrate_apply('20240313') ->> 'version';
select dbmigrate_apply() ->> 'version';
select dbmigrate_rollback('20240306170000') ->> 'version';
-- a late one in between is out of order
select dbmigrate_apply() ->> 'version';
select dbmigrate_load('{"2024-03-14_x/up.sql": "select 1", "20240306170000_a/up.sql": "create table a (id integer)", "2024-03-20-101500_c/up.sql": "create table c (id integer)"}', '{"partial": true}') ->> 'migrations';
select version, state from dbmigrate_status();
select dbmigrate_apply();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- diesel: versions that differ in zeros are two
select dbmigrate_load('{"1_a/up.sql": "select 1", "01_b/up.sql": "select 1", "10_c/up.sql": "select 1", "2_d/up.sql": "select 1"}', '{"partial": true}') ->> 'migrations';
select version, name from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- dbmate compares the names of files
select dbmigrate_load('{"1_a.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n", "10_b.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n", "2_c.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n", "1-d.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n", "10_b.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n", "2_c.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n"}', '{"partial": true}') ->> 'migrations';
select version, name from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- goose, golang-migrate and sqlx compare numbers, of any length
select dbmigrate_load('{"20240101000000_a.sql": "-- +goose Up\nselect 1;", "202301010000001_b.sql": "-- +goose Up\nselect 1;", "9_c.sql": "-- +goose Up\nselect 1;", "010_d.sql": "-- +goose Up\nselect 1;"}', '{"partial": true}') ->> 'migrations';
select version from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
select dbmigrate_load('{"20240101000000_a.up.sql": "select 1", "202301010000001_b.up.sql": "select 1", "2_c.up.sql": "select 1"}', '{"partial": true}') ->> 'migrations';
select version from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- sql-migrate: the number, then the name; files without a number last
select dbmigrate_load('{"10_a.sql": "-- +migrate Up\nselect 1;", "9_b.sql": "-- +migrate Up\nselect 1;", "09_c.sql": "-- +migrate Up\nselect 1;", "add.sql": "-- +migrate Up\nselect 1;", "-5.sql": "-- +migrate Up\nselect 1;", "20240101000000_x.sql": "-- +migrate Up\nselect 1;"}', '{"partial": true}') ->> 'migrations';
select version from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- node-pg-migrate: 17 digits are a time, 13 milliseconds since 1970
select dbmigrate_load('{"20240101000000000_a.sql": "-- Up Migration\nselect 1;", "1704067200001_b.sql": "-- Up Migration\nselect 1;", "1704067199999_c.sql": "-- Up Migration\nselect 1;"}', '{"partial": true}') ->> 'migrations';
select version from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- Flyway: parts as numbers, repeatable ones by their text
select dbmigrate_load('{"V1_10__a.sql": "select 1", "V1.9__b.sql": "select 1", "V20240101000000__c.sql": "select 1", "V202301010000001__d.sql": "select 1", "R__10_e.sql": "select 1", "R__9_f.sql": "select 1"}', '{"partial": true}') ->> 'migrations';
select version from dbmigrate_status();
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
-- a ledger keeps its order until told
select dbmigrate_load('{"20240306170000_a.sql": "select 1", "20240313_b.sql": "select 1"}', '{"partial": true}') ->> 'format';
select dbmigrate_apply() ->> 'version';
select dbmigrate_load('{"20240306170000_a/up.sql": "select 1", "2024-03-13_b/up.sql": "select 1"}', '{"partial": true}') ->> 'order';
select version from dbmigrate_status();
select dbmigrate_load('{"20240306170000_a/up.sql": "select 1", "2024-03-13_b/up.sql": "select 1"}', '{"partial": true, "reorder": true}') ->> 'order';
select version from dbmigrate_status();
-- what is only registered takes the order of its tool at once
select dbcare_uninstall('{"confirm": "parity_load_order"}') ->> 'success';
select dbmigrate_load('{"20240306170000_a.sql": "select 1", "20240313_b.sql": "select 1"}', '{"partial": true}') ->> 'format';
select dbmigrate_load('{"20240306170000_a/up.sql": "select 1", "2024-03-13_b/up.sql": "select 1"}', '{"partial": true}') ->> 'order';
select version from dbmigrate_status();
