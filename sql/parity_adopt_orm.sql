-- The ledgers of Prisma, Atlas, tern and of tools that are part of a language.
select dbcare_set('actor', 'tester');
create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamp, migration_name varchar(255) not null, logs text, rolled_back_at timestamp, started_at timestamp not null, applied_steps_count integer not null);
insert into _prisma_migrations values
	('a', '4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c', '2024-01-01 10:00:00', '20240101000000_a', null, null, '2024-01-01 09:00:00', 1),
	('b', 'x', null, '20240102000000_b', 'failed', '2024-01-02 10:00:00', '2024-01-02 09:00:00', 0),
	('c', '0000000000000000000000000000000000000000000000000000000000000000', '2024-01-03 10:00:00', '20240102000000_b', null, null, '2024-01-03 09:00:00', 1);
select dbmigrate_load('{"20240101000000_a/migration.sql": "select 1;\n", "20240102000000_b/migration.sql": "select 2;\n", "20240103000000_c/migration.sql": "select 3;\n"}') ->> 'format';
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table _prisma_migrations;
-- what was hashed with other line ends is the same
create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamp, migration_name varchar(255) not null, logs text, rolled_back_at timestamp, started_at timestamp not null, applied_steps_count integer not null);
insert into _prisma_migrations values
	('a', 'a2efbdcd209e877d7c15164011fb713d9ecdc99ae8e5a695823aa8b1ac03b13f', '2024-01-01 10:00:00', '20240101000000_a', null, null, '2024-01-01 09:00:00', 1);
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
select dbmigrate_adopt() ->> 'tool';
select version, state, applied_at is null from dbmigrate_status();
drop table _prisma_migrations;
create table atlas_schema_revisions (version varchar(255) primary key, description varchar(255) not null, type bigint not null, applied bigint not null, total bigint not null, executed_at timestamp not null, execution_time bigint not null, hash varchar(255) not null);
insert into atlas_schema_revisions values ('.atlas_cloud_identifier', '', 2, 0, 0, '2024-01-01 10:00:00', 0, ''), ('1', 'base', 1, 0, 0, '2024-01-01 10:00:00', 0, ''), ('20240102', 'b', 2, 1, 1, '2024-01-01 10:00:00', 0, '');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
insert into atlas_schema_revisions values ('20240103', 'half', 2, 1, 2, '2024-01-01 10:00:00', 0, '');
select dbmigrate_adopt();
drop table atlas_schema_revisions;
create table "__EFMigrationsHistory" ("MigrationId" varchar(150) primary key, "ProductVersion" varchar(32) not null);
insert into "__EFMigrationsHistory" values ('20240101000000_Start', '8.0.0');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table "__EFMigrationsHistory";
create table migrations (id integer primary key, timestamp bigint not null, name varchar(100) not null);
insert into migrations values (1, 1704103200000, 'Start1704103200000');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table migrations;
create table "SequelizeMeta" (name varchar(255) primary key);
insert into "SequelizeMeta" values ('20240101000000-start.js');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table "SequelizeMeta";
create table schema_version (version integer not null);
insert into schema_version values (2);
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table schema_version;
create table schema_migrations (version bigint primary key, inserted_at timestamp);
insert into schema_migrations values (20240101000000, '2024-01-01 10:00:00');
select replace(cast(dbmigrate_adopt('{"dry_run": true}') as text), 'public.', '');
drop table schema_migrations;
-- Drizzle keeps checksums of files alone; the second one was changed since
create table __drizzle_migrations (id integer primary key, hash text not null, created_at bigint);
select dbmigrate_load('{"meta/_journal.json": "{\"entries\": [{\"tag\": \"0000_a\"}, {\"tag\": \"0001_b\"}, {\"tag\": \"0002_c\"}]}", "0000_a.sql": "select 1;\n", "0001_b.sql": "select 2;\n", "0002_c.sql": "select 3;\n"}') ->> 'format';
insert into __drizzle_migrations values
	(1, '4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c', 1704103200000),
	(2, '0000000000000000000000000000000000000000000000000000000000000000', 1704103300000);
select replace(cast(dbmigrate_adopt('{"dry_run": true, "verbose": true}') as text), 'public.', '');
select dbmigrate_adopt() ->> 'tool';
select version, state from dbmigrate_status();
select dbmigrate_apply();
select dbmigrate_repair('{"accept": ["0001_b"]}') ->> 'accepted';
select dbmigrate_apply() ->> 'applied';
-- a row of no registered migration, where the list has one that is not registered either
insert into __drizzle_migrations values
	(3, '1111111111111111111111111111111111111111111111111111111111111111', 1704103400000),
	(4, '2222222222222222222222222222222222222222222222222222222222222222', 1704103500000);
select dbmigrate_adopt() ->> 'adopted';
select dbmigrate_adopt() ->> 'adopted';
