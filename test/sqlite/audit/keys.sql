-- Keys of logged and kept rows that are spelled in several ways.
create table t (id text primary key collate nocase, v);
select dbcare_install() is not null;
select dbaudit_enable('t') ->> 'mode', dbarchive_enable('t') ->> 'mode';
insert into t values ('E', 'secret'), ('f', 'public');
-- the change is later
with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select count(*) from n;
update t set v = 'other' where id = 'e';
--> 1
--> portable|trash
--> 100000

-- the history of a row, and the row of the past, are those of each spelling
select action from dbaudit_history('t', 'e');
select dbaudit_as_of('t', 'e', (select logged_at from dbcare_audit_entry where action = 'insert' and row_key = '"E"'));
--> update
--> insert
--> {"v": "secret", "id": "E"}

-- values are erased under each spelling, and deleted rows and those saved by repairs, too
select dbaudit_erase('t', 'e', '["v"]', 'x') ->> 'values';
select before, after from dbaudit_history('t', 'e') where action = 'update';
delete from t where id = 'e';
select json_remove(dbaudit_erase('t', 'e', '["v"]', 'x'), '$.id');
select row_data from dbarchive_deleted('t');
select dbaudit_erase('t', 'g', '["v"]', 'x');
--> 1
--> {"v": {"erased": true}}|{"v": {"erased": true}}
--> {"values":1,"entries":1,"saved_rows":0,"deleted_rows":1}
--> {"v": null, "id": "E"}
--> ERROR: dbcare: no row of table t with the key "g" is known. dbaudit_log() lists the keys of logged rows.

-- a hold is of all rows with such a key, also those that are deleted later
select dbarchive_hold('t', 'e', 'why') ->> 'row_key';
insert into t values ('e', 'again');
delete from t;
select json_remove(dbaudit_erase('t', 'e', '["v"]', 'x'), '$.id');
select dbarchive_purge('t', '{"older_than_days": 0, "confirm": "test.db"}') ->> 'rows';
select row_key, reason, deleted from dbarchive_holds('t') order by 1;
select dbarchive_release('t', 'e') ->> 'reason';
select count(*) from dbarchive_holds('t');
--> E
--> ERROR: dbcare: values of the row of t with the key "e" cannot be erased: the row is held. Reason of the hold: why. dbarchive_release() ends a hold.
--> 0
--> "E"|why|1
--> "e"|why|1
--> why
--> 0

-- a hold follows its row to another spelling
insert into t values ('H', 1);
select dbarchive_hold('t', 'h', 'why') ->> 'row_key';
update t set id = 'h';
select row_key from dbarchive_holds('t');
select dbarchive_release('t', 'H') ->> 'row_key';
--> H
--> "h"
--> h

-- deleted rows are found under each spelling, the last one first
delete from t;
insert into t values ('H', 2);
delete from t;
select dbarchive_restore('t', 'h') ->> 'rows';
select id, v from t;
select dbarchive_delete('t', 'h') ->> 'rows';
select dbarchive_purge('t', '{"older_than_days": 0, "row_key": {"id": "h"}, "dry_run": true}') ->> 'rows';
--> 1
--> H|2
--> 1
--> 2

-- keys that are older than the type of their column
create table o (id text primary key, v);
select dbaudit_enable('o') ->> 'mode', dbarchive_enable('o') ->> 'mode';
insert into o values ('07', 'secret'), ('8', 'x');
delete from o where id = '07';
select dbmigrate_rebuild('o', 'create table o (id integer primary key, v)', '{"columns": {"id": "cast(id as integer)"}}') is not null;
select count(*) from dbaudit_history('o', 7);
select dbaudit_erase('o', 7, '["v"]', 'x') ->> 'deleted_rows';
--> portable|trash
--> 1
--> 2
--> 1

create table descending (id integer primary key desc, v);
create table sorted (id integer primary key, v) without rowid;
create table numbered (id integer primary key, v);
-- a key that is not the rowid takes values of each type
select json_extract(dbaudit_enable('descending'), '$.table_name'), json_extract(dbaudit_enable('sorted'), '$.table_name'),
	json_extract(dbaudit_enable('numbered'), '$.table_name');
insert into descending values ('a "b"', 1), (2, 2), (x'00ff', 3), (1.5, 4);
insert into sorted values (2, 2), (3, 3);
insert into numbered values ('7', 1), (null, 2);
update numbered set id = '9' where id = 7;
select action, row_key, typeof(row_key), moved_to from dbcare_audit_entry
	where entry_id > (select max(entry_id) from dbcare_audit_entry where action = 'protection');
--> descending|sorted|numbered
--> insert|"a \"b\""|text|
--> insert|2|text|
--> insert|{"blob": "00ff"}|text|
--> insert|{"real": "1.5"}|text|
--> insert|2|text|
--> insert|3|text|
--> insert|7|text|
--> insert|8|text|
--> update|7|text|9

-- the table is made anew with another key, and its triggers from their text: a key that is no integer is refused
create table rebuilt (id integer primary key, v);
insert into rebuilt values (1, 1);
select json_extract(dbaudit_enable('rebuilt'), '$.table_name');
.output rebuilt.sql
select sql || ';' from sqlite_schema where type = 'trigger' and tbl_name = 'rebuilt';
.output stdout
begin;
create table made (id text primary key, v);
insert into made select * from rebuilt;
drop table rebuilt;
alter table made rename to rebuilt;
.read rebuilt.sql
commit;
insert into rebuilt values ('a"b', 2);
update rebuilt set v = 2;
select count(*) from rebuilt;
select json_extract(dbaudit_enable('rebuilt'), '$.table_name');
insert into rebuilt values ('a"b', 2);
select row_key from dbcare_audit_entry order by entry_id desc limit 1;
--> rebuilt
--> ERROR: the key of table rebuilt is not its rowid any more: call dbaudit_enable() for it again (19)
--> ERROR: the key of table rebuilt is not its rowid any more: call dbaudit_enable() for it again (19)
--> 1
--> rebuilt
--> "a\"b"
