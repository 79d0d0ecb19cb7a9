-- Folders as people have them.
select dbcare_set('actor', 'tester');
-- what golang-migrate ignores is ignored, what it accepts is accepted
select dbmigrate_load('{"0020_w.up.sql": "select 1;", "30_x.up..sql": "select 1;", "0021_x_down.sql": "select 1;", "seed.sql": "select 1;", "0022_y.up.x.sql": "select 1;", "0020_w.down.sql": "select 1;", "old/0001_z.up.sql": "select 1;", "99999999999999999999_a.up.sql": "select 1;"}', '{"partial": true, "format": "golang-migrate"}');
select version, name, reversible from dbmigrate_status();
-- pop: of several databases this one's, else the file of all
select dbmigrate_load('{"20200101000001_a.up.sql": "select 1;", "20200101000001_a.down.sql": "select 1;", "20200101000002_b.postgres.up.sql": "select 2;", "20200101000002_b.sqlite3.up.sql": "select 2;", "20200101000002_b.mysql.up.sql": "select 0;", "20200101000002_b.up.sql": "select 0;", "20200101000002_b.down.sql": "select 3;", "20200101000002000000_c.autocommit.up.sql": "select 1;"}', '{"partial": true}') ->> 'format';
select version, name, reversible, transactional from dbmigrate_status() where version like '2020%';
select dbmigrate_load('{"20200102000001_a.cockroach.up.sql": "select 1;", "20200102000001_a.up.sql": "select 1;", "20200102000001_a.mysql.up.sql": "select 1;"}', '{"partial": true, "dialect": "cockroach", "format": "pop"}');
select dbmigrate_load('{"20200103000001_a.mysql.up.sql": "select 1;"}', '{"partial": true, "dialect": "none", "format": "golang-migrate", "verbose": true}') -> 'versions' ->> 'added';
-- ... which may run inside a transaction where that of all does not
select dbmigrate_load('{"20200105000001_a.autocommit.up.sql": "select 0;", "20200105000001_a.postgres.up.sql": "select 1;", "20200105000001_a.sqlite.up.sql": "select 1;", "20200105000001_a.autocommit.down.sql": "select 0;", "20200105000002_b.mysql.up.sql": "select 0;", "20200105000002_b.autocommit.up.sql": "select 1;"}', '{"partial": true}') ->> 'format';
select version, transactional, reversible from dbmigrate_status() where version like '20200105%';
-- placeholders of pop tell it from golang-migrate
select dbmigrate_load('{"20200106000001_a.up.sql": "create table {{ index .Options \"Schema\" }}a (x integer);"}', '{"partial": true}');
select dbmigrate_load('{"20200106000001_a.up.sql": "create table {{ index .Options \"Schema\" }}a (x integer);"}', '{"partial": true, "vars": {"Schema": "b"}}') ->> 'format';
-- migrations that only the tool can run
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;", "2_b.go": "package migrations"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- Up Migration\nselect 1;", "2_b.ts": "export {}", "3_c.js": "module.exports = {}"}', '{"partial": true}');
select dbmigrate_load('{"V1__a.sql": "select 1;", "V2__B.java": "class V2__B {}", "V3__c_test.go": ""}', '{"partial": true, "format": "flyway"}');
select dbmigrate_load('{"V1__a.sql": "select 1;", "V2__b.rs": "fn b() {}"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"0001.a.sql": "select 1;", "0001.a.rollback.sql": "select 1;", "0002.b.py": "steps = []"}', '{"partial": true, "format": "yoyo"}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset a:1\nselect 1;", "b.xml": "<databaseChangeLog/>", "c.yml": "name: build"}', '{"partial": true}');
select dbmigrate_load('{"1_a.autocommit.up.sql": "select 1;", "2_b.up.fizz": "sql(\"select 1\")"}', '{"partial": true}');
-- ... and other programs beside them
select dbmigrate_load('{"1_a.up.sql": "select 1;", "2_b.py": "pass", "main.go": "package main"}', '{"partial": true, "exclude": ["1_a.up.sql"], "format": "golang-migrate"}');
select dbmigrate_load('{"0107_a.sql": "-- migrate:up\nselect 1;", "0108_b.py": "pass", "0109_b.rb": "pass"}', '{"partial": true}') ->> 'format';
-- a directory for each database
select dbmigrate_load('{"mysql/20200104000001_a.up.sql": "select 1;", "postgres/20200104000001_a.up.sql": "select 1;", "sqlite/20200104000001_a.up.sql": "select 1;"}', '{"partial": true}') ->> 'format';
-- two files of one version: their names are the versions
select dbmigrate_load('{"0100_a.sql": "select 1;", "0100_b.sql": "select 1;", "0101_c.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"0100_a.sql": "select 1;", "0100_b.sql": "select 1;", "099_c.sql": "select 1;", "1000_d.up.sql": "select 1;", "1000_d.down.sql": "select 1;"}', '{"partial": true, "version": "file", "format": "sqlx"}') ->> 'format';
select version, name, reversible from dbmigrate_status() where version like '0100%' or version like '099%' or version like '1000%';
-- a tree: by their paths
select dbmigrate_load('{"v2/01_a.sql": "select 1;", "v10/01_a.sql": "select 1;"}', '{"partial": true, "version": "file"}') ->> 'format';
select version from dbmigrate_status() where version like 'v%';
-- a date is a version
select dbmigrate_load('{"2017-06-05-add-x.sql": "select 1;", "2017-06-15-add-y.sql": "select 1;", "2018_01_02_123456_z.sql": "select 1;"}', '{"partial": true}') ->> 'format';
select version, name from dbmigrate_status() where version like '2017%' or version like '2018%';
-- names decide before marks, and the result says why
select dbmigrate_load('{"000201_a.up.sql": "select 1;\n-- Up Migration of the view\n", "000201_a.down.sql": "select 1;", "000202_b.up.sql": "select 1;\n-- +goose Up\n"}', '{"partial": true}');
select dbmigrate_load('{"000301_a.sql": "-- +goose Up\nselect 1;", "000302_b.sql": "-- +goose Up\nselect 1;", "schema.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"2026-01-01-000000_d/up.sql": "select 1;", "2026-01-02-000000_e/up.sql": "select 1;", "000401_f.up.sql": "select 1;"}', '{"partial": true}');
-- include and exclude
select dbmigrate_load('{"000501_a.sql": "select 1;", "000502_b.sql": "select 1;", "seeds/1.sql": "select 1;", "notes.sql": "select 1;"}', '{"partial": true, "exclude": ["seeds/*", "notes.sql"]}');
select dbmigrate_load('{"000503_c.sql": "select 1;", "000504_d.sql": "select 1;"}', '{"partial": true, "include": ["*_c.sql"], "verbose": true}') -> 'versions' ->> 'added';
select dbmigrate_load('{"000503_c.sql": "select 1;"}', '{"partial": true, "exclude": ["*"]}');
-- diesel and sqitch as a client sends them, below a directory
select dbmigrate_load('{"./migrations/2026-03-01-000000_g/up.sql": "select 1;", "./migrations/2026-03-01-000000_g/down.sql": "select 1;", "./migrations/2026-03-01-000000_g/metadata.toml": "run_in_transaction = false"}', '{"partial": true}');
select version, reversible, transactional from dbmigrate_status() where version like '2026030%';
select dbmigrate_load('{"db/sqitch.plan": "%syntax-version=1.0.0\n%project=p\n\na 2026-01-31T12:00:00Z N <n@e>\n", "db/deploy/a.sql": "select 1;", "db/revert/a.sql": "select 1;", "db/sqitch.conf": "[core]\n"}', '{"partial": true}');
-- a directory without an up script is none of diesel
select dbmigrate_load('{"2026-03-02-000000_h/up.sql": "select 1;", "2026-03-02-000000_h/seed.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"2026-03-03-000000_h/up.sql": "select 1;", "seeds/seed.sql": "select 1;"}', '{"partial": true}');
-- Flyway: without a description; other names are ignored
select dbmigrate_load('{"V600.1.sql": "select 1;", "V600_2__b.sql": "select 1;", "V600.3_c.sql": "select 1;", "data.sql": "select 1;"}', '{"partial": true}');
-- all that is wrong is listed at once
select dbmigrate_load('{"000701_a.sql": "-- +goose Up\nselect 1;\n-- +goose Upp\n", "000702_b.sql": "-- +goose Up\nselect 1;\n-- +goose Up\n", "000703_c.sql": "-- +goose Up\nselect 1;", "000704_d.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"000801_a.sql": "select 1;", "000801_b.sql": "select 1;", "000802_c.sql": "select 1;", "000802_d.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"a_801.sql": "select 1;", "b_802.sql": "select 1;", "000802_d.sql": "select 1;"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"000901_a.sql": "select 1;"}', '{"partial": true, "version": "name"}');
select dbmigrate_load('{"V901__a.sql": "select 1;"}', '{"partial": true, "version": "file"}');
-- refinery refuses a fraction, goose the number 0
select dbmigrate_load('{"V950__a.sql": "select 1;", "V950.1__a.sql": "select 1;"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"00960_a.sql": "-- +goose Up\nselect 1;", "00000_a.sql": "-- +goose Up\nselect 1;"}', '{"partial": true}');
-- versions that are directories, and names without a number
select dbmigrate_load('{"v1.10/add.sql": "select 1;", "v1.9/index.sql": "select 1;", "v1.9/LATEST.sql": "select 1;"}', '{"partial": true, "version": "file", "exclude": ["LATEST.sql"]}') ->> 'format';
select version, name from dbmigrate_status() where version like 'v1%';
-- a dot after the number is none of golang-migrate
select dbmigrate_load('{"970.a_sub.up.sql": "select 1;", "971_b.up.sql": "select 1;", "972_c.up.sql": "select 1;"}', '{"partial": true}') -> 'ignored' -> 0 ->> 'file';
-- the ledger of a tool that knows names of files
create table pgmigrations (id integer, name text, run_on timestamp);
insert into pgmigrations values (1, '0980_a', '2026-01-01 00:00:00'), (2, '0980_b', '2026-01-01 00:00:00');
select dbmigrate_load('{"0980_a.sql": "-- Up Migration\nselect 1;", "0980_b.sql": "-- Up Migration\nselect 1;", "0981_c.sql": "-- Up Migration\nselect 1;"}', '{"partial": true, "version": "file"}') ->> 'format';
select dbmigrate_adopt() ->> 'matched';
select version, state from dbmigrate_status() where version like '098%';
-- numbers that do not fit
select dbmigrate_load('{"9223372036854775807_a.sql": "-- +goose Up\nselect 1;", "9223372036854775808_a.sql": "-- +goose Up\nselect 1;"}', '{"partial": true}');
select dbmigrate_load('{"9223372036854775808_a.sql": "-- no-transaction\nselect 1;"}', '{"partial": true}');
-- files for another database alone
select dbmigrate_load('{"990_a.mysql.sql": "select 1;"}', '{"partial": true}');
select dbmigrate_load('{"990_a.mysql.sql": "select 1;"}', '{"partial": true, "dialect": "mysql"}') ->> 'migrations';
