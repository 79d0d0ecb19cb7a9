-- Databases that are not one file in UTF-8 with nothing beside it.

-- ---- UTF-16 ----

-- names and text of every kind are accepted
.open utf16.db
pragma encoding = 'UTF-16le';
.load ./dbcare
create table "таблица" ("a""b" integer primary key, "имя" text references "таблица");
select dbmigrate_add('1-ß', 'имя', 'create table "日本" (a text unique); insert into "日本" values (''😀'')', 'drop table "日本"') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select version, name, state from dbmigrate_status;
select a, length(a) from "日本";
pragma encoding;
--> 1-ß
--> ["1-ß"]
--> 1-ß|имя|applied
--> 😀|1
--> UTF-16le

-- stored text is read back unchanged
select dbcare_set('actor', 'Ünïcödé 😀') ->> 'value';
select dbcare_get('actor');
select table_name from dbhealth_tables;
select object, message from dbhealth_checks('{"checks": ["missing_fk_index"]}');
select dbmigrate_rollback() ->> 'rolled_back';
--> Ünïcödé 😀
--> Ünïcödé 😀
--> "日本"
--> "таблица"
--> "таблица"|foreign key of "таблица" on ("имя") has no index
--> ["1-ß"]

-- the schema is the same in either encoding
create temp table print as select dbmigrate_fingerprint() as utf16;
.once print.txt
select utf16 from print;
.open utf8.db
.load ./dbcare
create table "таблица" ("a""b" integer primary key, "имя" text references "таблица");
select dbmigrate_fingerprint() || char(10) = cast(readfile('print.txt') as text);
--> 1

-- ---- attached and temporary databases ----

-- dbcare's tables are in main, whatever is attached
.open main.db
.load ./dbcare
attach 'other.db' as other;
create table other.t (a);
create table other.dbcare_setting (name, value);
insert into other.dbcare_setting values ('actor', 'another');
create temp table t (a);
select dbcare_set('actor', 'me') ->> 'value';
select dbcare_get('actor');
select name from other.sqlite_schema order by name;
--> me
--> me
--> dbcare_setting
--> t

-- temporary tables of the same names hide nothing
create temp table dbcare_migration (version, name);
create temp table dbcare_history (event);
create temp table dbcare_bookkeeping (version);
select dbmigrate_add('1', 'one', 'create table main.t (id integer primary key)', 'drop table main.t') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select version, state from dbmigrate_status;
select count(*) from temp.dbcare_migration;
select count(*) from temp.dbcare_history;
--> 1
--> ["1"]
--> 1|applied
--> 0
--> 0

-- only main is checked
create table other.orphans (a references nowhere);
create index other.o1 on t (a);
create index other.o2 on t (a);
select object, severity from dbhealth_checks('{"level": "full"}') where severity in ('warning', 'critical') and check_id <> 'disk_free';
select table_name from dbhealth_tables;
select dbhealth_ping() ->> 'database';
--> t
--> main.db

-- the fingerprint is that of main
create temp table before as select dbmigrate_fingerprint() as print;
create table other.more (a);
create temp table less (a);
select print = dbmigrate_fingerprint() from before;
create table more (a);
select print = dbmigrate_fingerprint() from before;
drop table more;
select print = dbmigrate_fingerprint() from before;
--> 1
--> 0
--> 1

-- a migration may write attached databases, and a failure rolls them back
select dbmigrate_add('2', 'both', 'insert into other.t values (1); insert into main.t values (1)', 'delete from other.t') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select count(*) from other.t;
select dbmigrate_add('3', 'fails', 'insert into other.t values (2); insert into main.t values (1)') ->> 'version';
select dbmigrate_apply();
select count(*) from other.t;
--> 2
--> ["2"]
--> 1
--> 3
--> ERROR: dbcare: UNIQUE constraint failed: t.id. In migration 3 up, statement 2, line 1. To see why a row is refused, pass its values: SELECT * FROM dbcheck_row('t', '{}');
--> 1

-- a temporary trigger on dbcare's tables runs
create temp table noticed (event);
create temp trigger notices after insert on main.dbcare_history begin
	insert into noticed values (new.event);
end;
select dbmigrate_rollback() ->> 'rolled_back';
select event from noticed;
--> ["2"]
--> rollback

-- uninstalling drops the tables in main alone
select dbcare_uninstall('{"confirm": "main.db"}') -> 'dropped';
select name from main.sqlite_schema order by name;
select count(*) from other.dbcare_setting;
select count(*) from temp.dbcare_history;
--> {"rules":0,"seeds":0,"alerts":0,"events":7,"applied":1,"history":6,"samples":0,"settings":1,"backfills":0,"held rows":0,"migrations":3,"deleted rows":0,"suppressions":0,"logged changes":1,"quarantined rows":0,"retention policies":0,"files of deleted rows":0,"files with archived rows":0}
--> sqlite_sequence
--> t
--> 1
--> 0

-- ---- in memory ----

-- everything works in memory
.open :memory:
.load ./dbcare
select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select version, state from dbmigrate_status;
select dbhealth_ping() ->> 'database';
select dbcare_set('environment', 'production') ->> 'value';
select dbmigrate_rollback();
select dbmigrate_rollback(null, '{"confirm": "memory"}') ->> 'rolled_back';
select dbcare_uninstall('{"confirm": "memory"}') -> 'dropped';
--> 1
--> ["1"]
--> 1|applied
--> memory
--> production
--> ERROR: dbcare: this database is in production and the call destroys data. Rolling back drops the objects that the migrations created, with their data. Repeat the call with {"confirm": "memory"}.
--> ["1"]
--> {"rules":0,"seeds":0,"alerts":0,"events":4,"applied":0,"history":3,"samples":0,"settings":1,"backfills":0,"held rows":0,"migrations":1,"deleted rows":0,"suppressions":0,"logged changes":1,"quarantined rows":0,"retention policies":0,"files of deleted rows":0,"files with archived rows":0}

-- closing a memory database deletes dbcare's tables
.open :memory:
.load ./dbcare
select count(*) from dbmigrate_status;
--> 0

-- ---- settings of the connection ----

-- dbcare works on a defensive connection with an untrusted schema
.open guarded.db
.load ./dbcare
.once settings.txt
.dbconfig defensive on
.once settings.txt
.dbconfig dqs_ddl off
.once settings.txt
.dbconfig dqs_dml off
.once settings.txt
.dbconfig trusted_schema off
pragma cell_size_check = on;
select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select version, state from dbmigrate_status;
select count(*) from dbmigrate_history;
select dbhealth_score('{"level": "full", "categories": ["integrity", "constraints", "performance"]}');
select dbmigrate_rollback() ->> 'rolled_back';
--> 1
--> ["1"]
--> 1|applied
--> 2
--> 100
--> ["1"]

-- reverse_unordered_selects changes no order of results
pragma reverse_unordered_selects = on;
pragma count_changes = on;
pragma full_column_names = on;
pragma short_column_names = off;
select dbmigrate_add('2', 'two', 'create table two (id integer primary key)', 'drop table two') ->> 'version';
select dbmigrate_add('10', 'ten', 'create table ten (id integer primary key)', 'drop table ten') ->> 'version';
select dbmigrate_apply() ->> 'applied';
select version, state from dbmigrate_status;
select event, version from dbmigrate_history;
--> 2
--> 10
--> ["1","2","10"]
--> 1|applied
--> 2|applied
--> 10|applied
--> register|1
--> apply|1
--> rollback|1
--> register|2
--> register|10
--> apply|1
--> apply|2
--> apply|10
