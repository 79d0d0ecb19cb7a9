-- The ledgers of other tools: what their rows mean, and how they are written.
select dbcare_set('actor', 'tester');
-- golang-migrate: one row stands for all up to it
create table schema_migrations (version bigint not null primary key, dirty boolean not null);
insert into schema_migrations values (2, true);
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer);", "1_a.down.sql": "drop table a;", "2_b.up.sql": "create table b (id integer);", "2_b.down.sql": "drop table b;", "3_c.up.sql": "create table c (id integer);", "3_c.down.sql": "drop table c;"}', '{"partial": true}');
select dbmigrate_adopt();
update schema_migrations set dirty = false;
select replace(cast(dbmigrate_adopt('{"keep_old": true}') as text), 'public.', '');
select dbmigrate_apply();
select * from schema_migrations;
select dbmigrate_rollback();
select * from schema_migrations;
update schema_migrations set version = 1;
select version, state from dbmigrate_status();
select dbmigrate_apply('2', '{"dry_run": true}');
select * from schema_migrations;
select dbmigrate_add('1.5', 'between', 'select 1', 'select 1', '{"environments": ["staging"]}');
select dbmigrate_apply();
select dbmigrate_baseline('2');
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer);", "1_a.down.sql": "drop table a;", "0_z.up.sql": "select 0;", "0_z.down.sql": "select 0;"}', '{"partial": true}') is not null;
select version, state from dbmigrate_status();
create table a (id integer);
select dbmigrate_rollback(null, '{"include_baselined": true}');
select dbmigrate_rollback('0', '{"include_baselined": true}');
select * from schema_migrations;
insert into schema_migrations select 1, false where not exists (select 1 from schema_migrations);
update schema_migrations set dirty = true, version = 3;
select version, state from dbmigrate_status();
update schema_migrations set dirty = false;
select dbmigrate_add('next', 'no number', 'create table d (id integer)');
select dbmigrate_apply();
select dbmigrate_add('next', 'repeatable', 'select 1', null, '{"repeatable": true}');
select dbmigrate_apply();
drop table schema_migrations;
-- goose: the last row of a version counts
select cast(dbcare_uninstall('{"confirm": "parity_adopt_tools"}') as text) like '{%';
select dbcare_set('actor', 'tester');
create table goose_db_version (id integer primary key, version_id bigint not null, is_applied boolean not null, tstamp timestamp);
insert into goose_db_version values (1, 0, true, null), (2, 1, true, '2024-01-01 10:00:00'), (3, 2, true, '2024-01-01 10:00:01'), (4, 2, false, '2024-01-01 10:00:02'), (5, 3, true, '2024-01-01 10:00:03');
select dbmigrate_load('{"00001_a.sql": "-- +goose Up\nselect 1;", "00002_b.sql": "-- +goose Up\nselect 2;"}', '{"partial": true}');
select replace(cast(dbmigrate_adopt() as text), 'public.', '');
select version, name, state, applied_at is null, applied_by from dbmigrate_status();
select version, ticket from dbmigrate_history() where event = 'baseline';
-- two ledgers: which
create table flyway_schema_history (installed_rank integer primary key, version varchar(50), description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null, checksum integer, installed_by varchar(100) not null, installed_on timestamp not null default current_timestamp, execution_time integer not null, success boolean not null);
select replace(cast(dbmigrate_adopt('{"tool": "goose", "dry_run": true}') as text), 'public.', '');
drop table goose_db_version;
-- Flyway: checksums are compared
select cast(dbcare_uninstall('{"confirm": "parity_adopt_tools"}') as text) like '{%';
select dbcare_set('actor', 'tester');
insert into flyway_schema_history values
	(1, null, '<< Flyway Schema Creation >>', 'SCHEMA', '"app"', null, 'ann', '2024-01-01 10:00:00', 0, true),
	(2, '1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', null, 'ann', '2024-01-01 10:00:00', 0, true),
	(3, '2', 'two', 'SQL', 'V2__two.sql', -1234, 'ann', '2024-01-01 10:00:01', 5, true),
	(4, '3.1', 'three', 'SQL', 'V3_1__three.sql', 905429577, 'bob', '2024-01-01 10:00:02', 5, true),
	(5, '4', 'four', 'SQL', 'V4__four.sql', 1, 'bob', '2024-01-01 10:00:03', 5, true),
	(6, '4', 'four', 'DELETE', 'V4__four.sql', 1, 'bob', '2024-01-01 10:00:04', 5, true),
	(7, null, 'views', 'SQL', 'sub/R__views.sql', 1, 'bob', '2024-01-01 10:00:05', 5, true),
	(8, null, 'views', 'SQL', 'sub/R__views.sql', -2138191681, 'bob', '2024-01-01 10:00:06', 5, true),
	(9, '5', 'five', 'SQL', 'V5__five.sql', 5, 'bob', '2024-01-01 10:00:07', 5, false);
select dbmigrate_load('{"V1__one.sql": "create table one (id integer);", "V2__two.sql": "create table two (id integer);", "V3_1__three.sql": "create table three (id integer);\r\nselect 3;\n", "V4__four.sql": "create table four (id integer);", "sub/R__views.sql": "select 7;", "V6__six.sql": "create table six (id integer);", "U6__six.sql": "drop table six;"}', '{"partial": true}');
select dbmigrate_adopt();
delete from flyway_schema_history where not success;
select replace(cast(dbmigrate_adopt('{"keep_old": true}') as text), 'public.', '');
select version, state, applied_by from dbmigrate_status();
select dbmigrate_apply();
select dbmigrate_repair('{"accept": ["2"]}');
select dbmigrate_apply();
select installed_rank, version, description, type, script, checksum, installed_by, success from flyway_schema_history where installed_rank > 8 order by installed_rank;
select dbmigrate_rollback();
select version, script from flyway_schema_history where installed_rank > 8;
drop table flyway_schema_history;
