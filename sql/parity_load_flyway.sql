-- Loading files of Flyway from a JSON object.
select dbcare_set('actor', 'tester');
-- versioned, undo and repeatable files, in sub-directories too
select dbmigrate_load('{"V1__create_one.sql": "create table one (id integer primary key)", "U1__create_one.sql": "drop table one"}', '{"partial": true}');
select dbmigrate_apply();
select dbmigrate_rollback();
select dbmigrate_load('{"more/V1_1__two.sql": "create table two (id integer primary key)", "more/deep/V1.2__.sql": "create table three (id integer primary key)", "R__all_views.sql": "create view four as select id from one", "README.md": "not a migration", "flyway.toml": "[flyway]"}', '{"partial": true}');
select version, name, state, reversible, transactional from dbmigrate_status();
select dbmigrate_apply();
-- a repeatable one is due again when its text changes
select dbmigrate_load('{"R__all_views.sql": "drop view if exists four; create view four as select id as number from one"}', '{"partial": true}');
select version, state from dbmigrate_status();
-- zeros in front of a part and parts of 0 at the end are no difference; the text is the V file's
select dbmigrate_load('{"V02.0__zeros.sql": "select 1", "U2__zeros.sql": "select 2", "V2_01__one.sql": "select 3", "U2.1.0__one.sql": "select 4", "V2_10__ten.sql": "select 5", "V2_9__nine.sql": "select 6"}', '{"partial": true}');
select version, name, reversible from dbmigrate_status() where version not in ('1', '1.1', '1.2', 'R__all_views');
-- a baseline stands for what is below it, ...
select dbmigrate_load('{"B3__old.sql": "select 1", "B4__new.sql": "select 2", "V4_1__next.sql": "select 3"}', '{"partial": true}');
-- unless that is there
select dbmigrate_load('{"V5__five.sql": "select 1", "B5__five.sql": "select 2", "B6__six.sql": "select 3", "V6__six.sql": "select 4", "U6__six.sql": "select 5"}', '{"partial": true}');
-- or starts at the baseline
select dbmigrate_load('{"B7__seven.sql": "select 1", "V8__eight.sql": "select 2", "B9__nine.sql": "select 3", "V10__ten.sql": "select 4"}', '{"partial": true}');
-- settings of a script
select dbmigrate_load('{"V20__alone.sql": "select ''${plain}''", "V20__alone.sql.conf": "# settings\n\n  executeInTransaction=false\nplaceholderReplacement = FALSE\r\nencoding: utf-8\n", "V21__default.sql": "select 1", "V21__default.sql.conf": "executeInTransaction=true\n", "V22__down.sql": "select 1", "U22__down.sql": "select 2", "U22__down.sql.conf": "executeInTransaction=false"}', '{"partial": true}');
select version, name, transactional from dbmigrate_status() where version in ('20', '21', '22');
-- comments set nothing
select dbmigrate_load('{"V23__comment.sql": "-- flyway:executeInTransaction=false\nselect 1"}', '{"partial": true}');
select version, transactional from dbmigrate_status() where version = '23';
-- what is refused, with the name of the file; nothing is registered
select count(*) from dbmigrate_status();
select dbmigrate_load('{"V30__a.sql": "select 1", "notes.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "v31__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V31_b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V31.__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "R1__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "beforeMigrate.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "afterEachMigrate__log.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "U31__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"B31__a.sql": "select 1", "U31__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V32__a.sql": "select 1", "U32__a.sql": "select 1", "U33__b.sql": "select 1"}', '{"partial": true}') -> 'ignored' -> 0 ->> 'file';
select dbmigrate_load('{"V30__a.sql": "select 1", "b/V30.0__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "U30__a.sql": "select 1", "b/U30__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"B30__a.sql": "select 1", "B30.0__b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"R__a.sql": "select 1", "b/R__a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1;\n\nselect ''${name}''"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V30__a.sql.conf": "\nshouldExecute=true"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V30__a.sql.conf": "executeInTransaction=no"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V30__a.sql.conf": "encoding=ISO-8859-1"}', '{"partial": true}');
select dbmigrate_load('{"V30__a.sql": "select 1", "V30__b.sql.conf": "executeInTransaction=false"}', '{"partial": true}');
select dbmigrate_load('{"notes.txt": "nothing"}', '{"partial": true, "format": "flyway"}');
select count(*) from dbmigrate_status();
