-- Migrations of tables whose deleted rows are kept and whose changes are logged

-- a column is added
create table t (id integer primary key, a text, gone text);
select dbarchive_enable('t') is not null, dbaudit_enable('t') is not null;
insert into t values (1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'z');
delete from t where id = 1;
select dbmigrate_add('1', 'add', 'alter table t add column n text default ''n'';', 'alter table t drop column n;') is not null;
select dbmigrate_add('2', 'drop', 'alter table t drop column gone; update t set a = ''new'' where id = 3;', 'alter table t add column gone text;') is not null;
select dbmigrate_apply('1') ->> 'applied' is not null;
update t set n = 'own value' where id = 2;
delete from t where id = 2;
select dbarchive_restore('t', 2) ->> 'rows', dbarchive_restore('t', 1) ->> 'rows';
select * from t;
select before ->> 'n' from dbaudit_log('{"table": "t", "action": "delete", "limit": 1}');
--> 1|1
--> 1
--> 1
--> 1
--> 1|1
--> 1|a|x|n
--> 2|b|y|own value
--> 3|c|z|n
--> own value

-- a column is dropped, and a migration is taken back
select dbmigrate_apply('2') ->> 'applied' is not null;
select * from t;
delete from t where id = 1;
select dbarchive_restore('t', 1) ->> 'rows';
select dbmigrate_rollback('0') is not null;
select * from t;
delete from t where id = 3;
select count(*) from dbarchive_deleted('t');
select problem from dbaudit_tables();
select count(*) from dbhealth_checks('{"checks": ["archive_triggers"]}') where severity <> 'ok';
--> 1
--> 1|a|n
--> 2|b|own value
--> 3|new|n
--> 1
--> 1
--> 1|a|
--> 2|b|
--> 3|new|
--> 1
--> 
--> 0

-- a table is rebuilt
create table r (id integer primary key, a int, gone text);
select dbarchive_enable('r') is not null, dbaudit_enable('r') is not null;
insert into r values (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z');
delete from r where id = 1;
select dbmigrate_rebuild('r', 'create table r (id integer primary key, a int, gone text, n int default 7)') ->> 'rows';
select dbarchive_restore('r', 1) ->> 'rows';
delete from r where id = 2;
select dbmigrate_rebuild('r', 'create table r (id integer primary key, a int, n int)', '{"drop_columns": ["gone"]}') ->> 'dropped';
select dbarchive_restore('r', 2) ->> 'rows';
update r set n = 8 where id = 3;
delete from r where id = 3;
select dbarchive_restore('r', 3) ->> 'rows';
select * from r;
select problem from dbaudit_tables() where table_name = 'r';
--> 1|1
--> 2
--> 1
--> ["gone"]
--> ERROR: dbcare: batch 6 cannot be restored. Row 2 of table r: column gone of table r no longer exists. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> 1
--> 1|1|7
--> 3|3|8
--> 

-- two columns exchange their names: the log has the new ones from then on
create table x (id integer primary key, a, b);
select dbarchive_enable('x') is not null, dbaudit_enable('x') is not null;
select dbmigrate_add('90', 'exchange', 'alter table x rename column a to c; alter table x rename column b to a;
	alter table x rename column c to b;') is not null;
select dbmigrate_apply() ->> 'success';
insert into x (id, a, b) values (1, 'of a', 'of b');
delete from x;
select before from dbaudit_log('{"table": "x", "action": "delete"}');
select row_data from dbarchive_deleted('x');
--> 1|1
--> 1
--> 1
--> {"a": "of a", "b": "of b", "id": 1}
--> {"a": "of a", "b": "of b", "id": 1}

-- a script makes tables with a hold, a policy and a log anew
create table o (id integer primary key, v, secret, at text);
select dbaudit_enable('o', '{"exclude": ["secret"]}') is not null;
insert into o values (1, 'v', 's', null), (2, 'w', 's', null);
select dbarchive_hold('o', 1, 'case') is not null, dbarchive_policy('o', '{"delete_after_days": 1, "timestamp_column": "at"}') is not null;
select dbmigrate_add('91', 'anew', 'create table n (id integer primary key, v, secret, at text, more); insert into n (id, v, secret, at) select * from o;
	drop table o; alter table n rename to o;') is not null;
select dbmigrate_apply() ->> 'success';
update o set id = 3, secret = 'x' where id = 1;
select table_name, row_key, deleted from dbarchive_holds();
alter table o rename to p;
select table_name from dbarchive_policies();
select table_name, row_key from dbarchive_holds();
select after from dbaudit_log('{"table": "o", "action": "update"}');
--> 1
--> 1|1
--> 1
--> 1
--> o|3|0
--> p
--> p|3
--> {"id": 3}

-- a migration that drops one column leaves no doubt about the others
create table left_over (id integer primary key, a text, b text, x text);
select dbarchive_enable('left_over') is not null, dbaudit_enable('left_over') is not null;
insert into left_over values (1, 'a', 'b', null);
update left_over set a = 'a2';
select dbmigrate_add('92', 'drop_x', 'alter table left_over drop column x;') is not null, dbmigrate_apply() is not null;
select max(id) from dbaudit_log('{"action": "update"}');
select dbaudit_undo(53) ->> 'rows';
select * from left_over;
--> 1|1
--> 1|1
--> 53
--> 1
--> 1|a|b

-- a column that is dropped and created again does not get the values of the old one
update left_over set b = 'b2';
select dbmigrate_add('93', 'again', 'alter table left_over drop column b; alter table left_over add column b;') is not null, dbmigrate_apply() is not null;
select max(id) from dbaudit_log('{"action": "update"}');
select dbaudit_undo(63) ->> 'rows';
update left_over set a = 'a3';
select max(id) from dbaudit_log('{"action": "update"}');
select dbarchive_disable('left_over') is not null, dbaudit_disable('left_over') is not null;
alter table left_over drop column a;
alter table left_over add column a;
select dbaudit_enable('left_over') is not null;
select dbaudit_undo(72) ->> 'rows';
select * from left_over;
--> 1|1
--> 63
--> ERROR: dbcare: the changes cannot be undone. values of column b of table left_over may have been changed since by ALTER TABLE. dbaudit_history() returns the logged changes of a row.
--> 72
--> 1|1
--> 1
--> ERROR: dbcare: the changes cannot be undone. values of column a of table left_over may have been changed since by ALTER TABLE. dbaudit_history() returns the logged changes of a row.
--> 1||

-- a table whose deleted rows are kept from one migration of a run on
create table en (id integer primary key, a text, gone text);
select dbmigrate_add('94', 'enable', 'select dbarchive_enable(''en'');') is not null, dbmigrate_add('95', 'drop', 'alter table en drop column gone;') is not null;
select dbmigrate_apply() ->> 'success';
insert into en values (1, 'a');
delete from en;
select dbarchive_restore('en', 1) ->> 'rows';
select * from en;
--> 1|1
--> 1
--> 1
--> 1|a
