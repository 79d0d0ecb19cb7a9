-- In SQLite TRUE and FALSE are the columns of these names where a table has such

-- a CHECK, and a unique index
create table t (id integer primary key, "true" integer, "false" integer, a integer check (a > 0), b text);
pragma ignore_check_constraints = on;
insert into t values (1, 0, null, -1, 'x'), (2, 0, null, 5, 'y'), (3, null, null, 7, 'y');
pragma ignore_check_constraints = off;
create unique index t_b on t (id);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '(id)', '(b) where a > 0') where name = 't_b';
.open test.db
.load ./dbcare
select constraint_name, violations from dbcheck_constraints('t');
--> t_b|1
--> t_a_check|1

-- a rule
create table v (id integer primary key, "true" integer, "false" integer, a integer);
insert into v values (1, 0, null, 1), (3, null, null, 7);
select dbcheck_rule_add('few', 'v', 'a < 7', '{"where": "id > 2", "repair_sql": "a = 6"}') is not null;
select name, violations from dbcheck_run() where source = 'rule';
select dbcheck_repair('{"rules": ["few"], "dry_run": false}') is not null;
select a from v;
--> 1
--> few|1
--> 1
--> 1
--> 6

-- exported rows, those of a policy, and of a backfill
create table u (id integer primary key, "true" integer, made text);
insert into u values (1, 0, '2020-01-01'), (2, 0, '2020-01-01'), (3, null, null);
select line from dbarchive_export_rows('u', '{"columns": ["id"]}');
select dbarchive_policy('u', '{"timestamp_column": "made", "delete_after_days": 1}') is not null;
select dbarchive_apply() ->> '$.policies[0].rows';
select id from u;
select dbmigrate_backfill('made', 'update u set made = ''2021-01-01'' where id > 0') ->> 'rows_changed';
--> {"id": 1}
--> {"id": 2}
--> {"id": 3}
--> 1
--> 2
--> 3
--> 1

-- tables whose names are such words keep what is deleted
create table "true" (id integer primary key);
create table "false" (id integer primary key);
create table "if" (id integer primary key);
create table "cast" (id integer primary key);
create table "raise" (id integer primary key);
select dbarchive_enable('"true"') is null, dbarchive_enable('"false"') is null, dbarchive_enable('"if"') is null, dbarchive_enable('"cast"') is null, dbarchive_enable('"raise"') is null;
select tbl_name from sqlite_schema where type = 'trigger' and name glob 'dbcare_trash_*' order by 1;
--> 0|0|0|0|0
--> cast
--> false
--> if
--> raise
--> true

-- a table with the name of the rows that ON CONFLICT excludes
create table excluded (id integer primary key, a text);
insert into excluded values (1, 'old');
select dbsync_export('rows.dbs', '{"tables": ["excluded"]}') ->> 'rows';
select dbops_upsert('excluded', '{"id": 1, "a": "new"}') ->> 'affected';
select a from excluded;
select dbsync_import('rows.dbs', '{"on_conflict": "overwrite"}') is not null;
select a from excluded;
--> 1
--> 1
--> new
--> 1
--> old
