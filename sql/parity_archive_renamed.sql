-- deleted rows of tables that were renamed
-- sqlite3: pragma foreign_keys = on;
create table t (id integer primary key, v text);
create table c (id integer primary key, t_id integer references t (id) on delete cascade);
select dbarchive_enable('t') is not null;
insert into t values (1, 'a'), (2, 'b'), (3, 'c');
insert into c values (1, 1);
select dbarchive_hold('t', 2, 'case') is not null;
delete from t where id = 1;
alter table t rename to u;
alter table c rename to d;
delete from u where id = 2;
select object, severity, fix_sql from dbhealth_checks('{"checks": ["archive_triggers"]}') order by 1;
select cast(dbarchive_enable('u', '{"dry_run": true}') as text) like '%update%trash%set table_name = case%u''%';
call dbhealth_fix('archive_triggers', '{"dry_run": false}');
-- they have the new names, as have holds; nothing else is left to do
select table_name, row_key from dbarchive_deleted() order by 1, 2;
select table_name, row_key, deleted from dbarchive_holds();
select severity, message from dbhealth_checks('{"checks": ["archive_triggers"]}');
call dbarchive_purge('u', '{"older_than_days": 0, "dry_run": true, "row_key": {"id": 2}}');
select cast(dbarchive_restore('u', 1) as text) like '%"rows": 2%';
select * from u order by id;
select * from d;
-- the old name belongs to another table now
create table t (id integer primary key, v text);
select dbarchive_enable('t') is not null;
insert into t values (9, 'new');
delete from t;
delete from u where id = 3;
select table_name, row_key from dbarchive_deleted() order by 1, 2;
-- a table with the old name of another one that was renamed
create table g (id integer primary key);
create table g_new (id integer primary key);
select dbarchive_enable('g') is not null;
select dbarchive_enable('g_new') is not null;
insert into g values (1);
insert into g_new values (2);
delete from g;
delete from g_new;
alter table g rename to g_old;
alter table g_new rename to g;
select dbarchive_enable('g') is not null;
select table_name, row_key from dbarchive_deleted() where table_name like '%g%' order by 1, 2;
-- two tables exchange their names, three do so in a circle
create table x1 (id integer primary key, at timestamp);
create table x2 (id integer primary key, at timestamp);
create table y1 (id integer primary key);
create table y2 (id integer primary key);
create table y3 (id integer primary key);
select dbarchive_enable('x1') is not null, dbarchive_enable('x2') is not null;
select dbarchive_enable('y1') is not null, dbarchive_enable('y2') is not null, dbarchive_enable('y3') is not null;
insert into x1 values (1, '2020-01-01'), (11, '2020-01-01'), (111, '2020-01-01');
insert into x2 values (2, '2020-01-01'), (22, '2020-01-01');
insert into y1 values (3);
insert into y2 values (4);
insert into y3 values (5);
select dbarchive_hold('x1', 11, 'case') is not null, dbarchive_hold('x1', 111, 'case') is not null, dbarchive_hold('x2', 2, 'case') is not null;
select dbarchive_policy('x1', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
delete from x1 where id = 1;
-- deletions of one millisecond are one batch there
-- sqlite3: .shell sleep 0.01
delete from x2 where id = 2;
delete from y1;
delete from y2;
delete from y3;
alter table x1 rename to x0;
alter table x2 rename to x1;
alter table x0 rename to x2;
alter table y1 rename to y0;
alter table y2 rename to y1;
alter table y3 rename to y2;
alter table y0 rename to y3;
-- holds by the old name protect rows
select dbarchive_policy('x2', '{"name": "new", "timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"name": "new", "dry_run": true}');
select dbarchive_policy('x2', '{"name": "new", "remove": true}') is not null;
select object from dbhealth_checks('{"checks": ["archive_triggers"]}') where object like '%x%' or object like '%y%' order by 1;
select dbarchive_enable('y1') is not null;
select table_name, row_key from dbarchive_deleted() where table_name like '%x%' or table_name like '%y%' order by 1, 2;
select table_name, row_key, deleted from dbarchive_holds() where table_name like '%x%' order by 1, 2;
select table_name, name from dbarchive_policies() order by 1, 2;
select object from dbhealth_checks('{"checks": ["archive_triggers"]}') where object like '%x%' or object like '%y%' order by 1;
select table_name, mode from dbarchive_status() where mode is not null and (table_name like '%x%' or table_name like '%y%') order by 1;
delete from x2 where id = 11;
call dbarchive_purge('x2', '{"older_than_days": 0}');
select table_name, row_key from dbarchive_deleted() where table_name like '%x%' order by 1, 2;
-- ... and those that are deleted after the table was renamed
create table "z 1" (id integer primary key);
select dbarchive_enable('"z 1"') is not null;
insert into "z 1" values (1), (2), (3);
select dbarchive_hold('"z 1"', 1, 'case') is not null;
alter table "z 1" rename to "z 2";
select dbarchive_hold('"z 2"', 2, 'case') is not null;
delete from "z 2" where id = 1;
delete from "z 2";
select row_key, deleted from dbarchive_holds() where table_name like '%z%' order by 1;
call dbarchive_purge('"z 2"', '{"older_than_days": 0}');
select row_key from dbarchive_deleted() where table_name like '%z%' order by 1;
