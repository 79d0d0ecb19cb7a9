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
select cast(dbarchive_enable('u', '{"dry_run": true}') as text) like '%update%trash%set table_name = ''%u''%';
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
