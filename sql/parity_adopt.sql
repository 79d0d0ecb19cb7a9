-- Taking over the ledgers of other tools.
select dbcare_set('actor', 'tester');
select dbmigrate_adopt();
select dbmigrate_adopt('{"tool": "dbmate"}');
select dbmigrate_adopt('{"tool": "none"}');
select dbmigrate_adopt('{"table": "nowhere"}');
select dbmigrate_adopt('{"other": true}');
create table plain (id integer primary key);
select replace(cast(dbmigrate_adopt('{"table": "plain"}') as text), 'public.', '');
-- dbmate: what is loaded is matched, and nothing runs
create table schema_migrations (version varchar(128) primary key);
insert into schema_migrations values ('20240101000001'), ('20240101000002'), ('20231231000000');
select dbmigrate_load('{"20240101000001_one.sql": "-- migrate:up\ncreate table one (id integer);\n-- migrate:down\ndrop table one;\n", "20240101000002_two.sql": "-- migrate:up\ncreate table two (id integer);\n", "20240101000003_three.sql": "-- migrate:up\ncreate table three (id integer);\n-- migrate:down\ndrop table three;\n"}', '{"partial": true}');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
select version, state from dbmigrate_status();
select replace(cast(dbmigrate_adopt() as text), 'public.', '');
select version, state, applied_by from dbmigrate_status();
select event, version, name, actor, ticket from dbmigrate_history() where event <> 'register';
-- once more is harmless
select replace(cast(dbmigrate_adopt() as text), 'public.', '');
-- what was not registered takes the text that is
select dbmigrate_load('{"20231231000000_zero.sql": "-- migrate:up\nselect 1;\n"}', '{"partial": true}');
select version, name, state from dbmigrate_status();
select dbmigrate_rollback();
select dbmigrate_apply();
select version from schema_migrations order by version;
-- kept: both agree
select replace(cast(dbmigrate_adopt('{"keep_old": true}') as text), 'public.', '');
select version from schema_migrations order by version;
select dbmigrate_rollback();
select version from schema_migrations order by version;
select dbmigrate_apply();
-- the other tool goes on
create table four (id integer);
insert into schema_migrations values ('20240101000004');
delete from schema_migrations where version = '20240101000003';
drop table three;
select version, state from dbmigrate_status();
select dbmigrate_version();
select dbmigrate_apply('20240101000003', '{"allow_out_of_order": true}');
select version, state from dbmigrate_status();
select event, version, ticket from dbmigrate_history() where event <> 'register';
select count(*) from dbmigrate_drift();
select version from schema_migrations order by version;
-- deploy keeps it, too, and repair
select dbmigrate_add('20240101000005', 'five', 'create table five (id integer)', 'drop table five', '{"transactional": false}');
call dbmigrate_deploy();
insert into schema_migrations values ('20240101000006');
select dbmigrate_repair('{"forget": ["20240101000006"]}');
select version from schema_migrations where version > '20240101000004' order by version;
select dbmigrate_apply();
-- nothing is written where nothing is to be
insert into schema_migrations values ('20240101000007');
select dbmigrate_apply(null, '{"dry_run": true}');
select dbmigrate_adopt('{"dry_run": true, "tool": "goose"}');
select count(*) from dbmigrate_history() where version = '20240101000007';
drop table schema_migrations;
select version, state from dbmigrate_status();
-- which ledger, which tool
create table pgmigrations (id integer, name varchar(255), run_on timestamp);
create table diary (id integer, name varchar(255), run_on timestamp);
create table goose_db_version (id integer, version_id bigint, is_applied boolean, tstamp timestamp);
select replace(cast(dbmigrate_adopt('{"table": "diary", "tool": "db-migrate", "dry_run": true}') as text), 'public.', '');
select replace(cast(dbmigrate_adopt('{"tool": "node-pg-migrate", "dry_run": true}') as text), 'public.', '');
select dbmigrate_adopt('{"tool": "flyway", "table": "diary"}');
select dbmigrate_adopt('{"tool": "goose", "keep_old": 1}');
-- versions there with zeros before them, or the name of a file around them
create table old_ledger (version varchar(128) primary key);
insert into old_ledger values ('090000000000001'), ('90000000000001'), ('db/90000000000001.sql');
select cast(dbmigrate_add('90000000000001', 'late', 'create table late (a integer)', 'drop table late') as text) like '%added%';
create table late (a integer);
select replace(cast(dbmigrate_adopt('{"tool": "dbmate", "table": "old_ledger", "keep_old": true}') as text), 'public.', '');
select dbmigrate_rollback(null, '{"include_baselined": true}');
select count(*) from old_ledger where version like '%90000000000001%';
select state from dbmigrate_status() where version = '90000000000001';
