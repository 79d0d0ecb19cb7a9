-- Formats of Prisma, Drizzle, tern, MyBatis, Play and yoyo.
select dbcare_set('actor', 'tester');
-- Prisma: names in the order of their bytes
select dbmigrate_load('{"20250101000000_init/migration.sql": "create table p1 (id integer primary key)", "20250625_x/migration.sql": "create table p2 (id integer primary key)", "20250301000000_more/migration.sql": "create table p3 (id integer primary key)", "migration_lock.toml": "provider = \"sqlite\""}') ->> 'detected';
select version, name, reversible from dbmigrate_status();
select dbmigrate_apply() ->> 'version';
select dbmigrate_load('{"prisma/migrations/20250101000000_init/migration.sql": "create table p1 (id integer primary key)", "prisma/migrations/20250625_x/migration.sql": "create table p2 (id integer primary key)", "prisma/migrations/20250301000000_more/migration.sql": "create table p3 (id integer primary key)"}') ->> 'removed';
-- Drizzle: the journal decides what runs, and in which order
select dbmigrate_load('{"meta/_journal.json": "{\"version\": \"7\", \"entries\": [{\"idx\": 0, \"when\": 1700000000000, \"tag\": \"0000_first\"}, {\"idx\": 1, \"when\": 1700000000001, \"tag\": \"0002_third\"}, {\"idx\": 2, \"tag\": \"0001_second\"}]}", "meta/0000_snapshot.json": "{}", "0000_first.sql": "create table d1 (id integer primary key);\n--> statement-breakpoint\ncreate table d2 (id integer primary key);", "0001_second.sql": "create table d4 (id integer primary key)", "0002_third.sql": "create table d3 (id integer primary key)", "0003_stray.sql": "create table stray (id integer primary key)"}', '{"partial": true}');
select version, name from dbmigrate_status() where state = 'pending';
select dbmigrate_apply(null, '{"allow_out_of_order": true}') ->> 'version';
select dbmigrate_load('{"meta/_journal.json": "{\"entries\": [{\"tag\": \"0000_lost\"}]}", "0001_a.sql": "select 1"}');
select dbmigrate_load('{"meta/_journal.json": "{\"entries\": [7]}", "0001_a.sql": "select 1"}');
select dbmigrate_load('{"meta/_journal.json": "[]", "0001_a.sql": "select 1"}');
select dbmigrate_load('{"meta/_journal.json": "nothing", "0001_a.sql": "select 1"}');
-- tern
select dbmigrate_load('{"0101_a.sql": "create table t1 (id integer primary key);\n\n---- create above / drop below ----\n\ndrop table t1;\n", "0102_b.sql": "create table t2 (id integer primary key);\n---- create above / drop below ----\n-- nothing\n"}', '{"partial": true}') ->> 'detected';
select version, name, reversible from dbmigrate_status() where version like '010%';
select dbmigrate_load('{"0101_a.sql": "select 1;\n{{ template \"x\" . }}\n---- create above / drop below ----\n"}');
select dbmigrate_load('{"0101_a.sql": "select 1;\n---- create above / drop below ----\n---- create above / drop below ----\n"}');
-- MyBatis
select dbmigrate_load('{"20190101000000_m.sql": "-- // a title\ncreate table m1 (id integer primary key);\n\n-- //@UNDO\ndrop table m1;\n", "bootstrap.sql": "select 1"}', '{"partial": true}') ->> 'detected';
select version, name, reversible from dbmigrate_status() where version like '2019%';
-- Play: two semicolons are one
select dbmigrate_load('{"901.sql": "# --- !Ups\ncreate table y1 (id integer primary key);;\n\n# --- !Downs\ndrop table y1;\n", "902.sql": "-- !Ups\ncreate table y2 (id integer primary key);\n-- !Downs\n"}', '{"partial": true}') ->> 'detected';
select version, name, reversible from dbmigrate_status() where version like '90_';
-- yoyo
select dbmigrate_load('{"z1.first.sql": "create table z1 (id integer primary key);", "z1.first.rollback.sql": "drop table z1", "z0.second.sql": "-- depends: z1.first\n-- transactional: false\ncreate table z2 (id integer primary key);"}', '{"partial": true}') ->> 'detected';
select version, reversible, transactional, depends_on from dbmigrate_status() where version like 'z%';
-- a way back that the format does not read is never run
select dbmigrate_load('{"1_a.sql": "create table a (id integer);\n\n---- create above / drop below ----\ndrop table a;"}', '{"format": "sqlx"}');
select dbmigrate_load('{"1_a.sql": "create table a (id integer);\n--//@UNDO\ndrop table a;"}', '{"format": "dbmate"}');
select dbmigrate_load('{"1_a.up.sql": "create table a (id integer);\n-- +goose Down\ndrop table a;"}');
select dbmigrate_load('{"1_a.sql": "select 1;", "2_a.sql": "select 2;", "3_a.sql": "create table a (id integer);\n# --- !Downs\ndrop table a;"}');
select dbmigrate_load('{"V1__a.sql": "create table a (id integer);\n-- +micrate Down\ndrop table a;"}');
select dbmigrate_load('{"1_a.sql": "-- migrate:up\ncreate table a (id integer);\n-- DOWN --\ndrop table a;"}');
select dbmigrate_load('{"2026-01-01-000000_a/up.sql": "create table a (id integer);\n-- Down Migration\ndrop table a;"}');
select dbmigrate_load('{"0001.a.sql": "create table a (id integer);", "0001.a.rollback.sql": "drop table a;"}', '{"format": "plain", "version": "file"}');
select dbmigrate_load('{"1-a-up.sql": "create table a (id integer);", "1-a-down.sql": "drop table a;"}', '{"format": "plain", "version": "file"}');
-- a comment about it is none
select dbmigrate_load('{"7001_a.sql": "-- break the table down\n-- undo log of the shop\n-- see https://example.com/go/down\nselect 1;"}', '{"partial": true}') ->> 'format';
-- placeholders of the tool are refused with their line
select dbmigrate_load('{"committed/000001-a.sql": "--! Previous: -\n--! Hash: sha1:2f3b\n\ngrant connect on database :DATABASE_NAME to :DATABASE_OWNER;\n"}');
select dbmigrate_load('{"20200101000000_a.autocommit.up.sql": "create table a (id integer);\ncreate table {{ index .Options \"Namespace\" }}.b (id integer);"}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # a\n", "deploy/a.sql": "begin;\nset search_path to :search_path;\ncommit;"}');
-- casts, slices and strings have none
select dbmigrate_load('{"committed/000009-a.sql": "--! Previous: -\n--! Hash: sha1:2f3b\n\nselect \u0027 :NAME\u0027, b[1:n], c::text /* :NAME */ from d;\n"}', '{"partial": true}') ->> 'format';
-- with their values they are what the tool would run
select dbmigrate_load('{"committed/000001-a.sql": "--! Previous: -\n--! Hash: sha1:2f3b\n\nselect :NAME, :\u0027NAME\u0027, :\"NAME\", \u0027:NAME\u0027, c::text from :NAME;\n"}', '{"vars": {"NAME": "it''s \"x\""}}') ->> 'migrations';
select dbmigrate_load('{"V9101__a.sql": "select ''${a}'', ${b} from ${a};"}', '{"vars": {"a": "t", "b": "1"}}') ->> 'migrations';
select dbmigrate_load('{"V9101__a.sql": "select 1;\nselect ''${a}'', ${b} from ${a};"}', '{"vars": {"a": "t"}}');
select dbmigrate_load('{"V9101__a.sql": "select ${a"}', '{"vars": {"a": "t"}}');
select dbmigrate_load('{"20200101000000_a.autocommit.up.sql": "select {{ index .Options \"Namespace\" }}, {{- index .Options \"Namespace\" -}}"}', '{"vars": {"Namespace": "n"}}') ->> 'migrations';
select dbmigrate_load('{"20200101000000_a.autocommit.up.sql": "select {{ .Other }}"}', '{"vars": {"Other": "n"}}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # a\n", "deploy/a.sql": "begin;\nset search_path to :search_path;\ncommit;"}', '{"vars": {"search_path": "app, public"}}') ->> 'migrations';
select message from dbmigrate_lint('{"V1__a.sql": "drop table ${a}"}', '{"rules": ["drop-table"], "vars": {"a": "gone"}}');
