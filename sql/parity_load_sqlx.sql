-- Loading files of sqlx and refinery from a JSON object.
select dbcare_set('actor', 'tester');
-- sqlx: pairs, and files of one way; what has no number and "_" is left alone
select dbmigrate_load('{"0_set_up.sql": "create table one (id integer primary key)", "1_two.up.sql": "create table two (id integer primary key)", "1_two.down.sql": "drop table two", "notes.sql": "nonsense", "more/2_three.sql": "nonsense", "README_FIRST.md": "not a migration"}', '{"partial": true, "format": "sqlx"}');
select version, name, state, reversible, transactional from dbmigrate_status();
select dbmigrate_apply();
select dbmigrate_rollback();
select version, state from dbmigrate_status();
-- the comment that only sqlx knows; it has to be the first
select dbmigrate_load('{"20260101000000_alone.sql": "-- no-transaction\n\nselect 1", "20260102000000_later.sql": "\n-- no-transaction\nselect 2"}', '{"partial": true}');
select dbmigrate_load('{"20260103000000_down.up.sql": "select 1", "20260103000000_down.down.sql": "-- no-transaction\nselect 2"}', '{"partial": true}');
select version, name, reversible, transactional from dbmigrate_status() where version > '2026';
-- refinery: U files are migrations like the others
select dbmigrate_load('{"V3__add_three.sql": "create table three (id integer primary key)", "late/U2__Add2.sql": "create table four (id integer primary key)", "V10__ten.sql": "select 10"}', '{"partial": true, "format": "refinery"}');
select version, name, state, reversible from dbmigrate_status() where version in ('2', '3', '3.1', '10');
-- not asked for, its files are Flyway's
select dbmigrate_load('{"V3__add_three.sql": "create table three (id integer primary key)"}', '{"partial": true}');
-- what is refused, with the name of the file; nothing is registered
select count(*) from dbmigrate_status();
select dbmigrate_load('{"one_a.sql": "select 1"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"1a_b.sql": "select 1"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"4_a.sql": "select 1", "4_b.up.sql": "select 1"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"4_a.down.sql": "select 1"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"notes.sql": "select 1"}', '{"partial": true, "format": "sqlx"}');
select dbmigrate_load('{"V4__a.sql": "select 1", "notes.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"V4_a.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"V4.1.1__a.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"V4__a-b.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"V4__.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"R__a.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"V4__a.sql": "select 1", "U4__b.sql": "select 1"}', '{"partial": true, "format": "refinery"}');
select dbmigrate_load('{"U4__a.sql": "select 1"}', '{"partial": true, "format": "flyway"}');
select count(*) from dbmigrate_status();
