-- held rows stay, whatever dbcare does
-- sqlite3: pragma foreign_keys = on;
create table plain (id integer primary key, v text, at timestamp);
insert into plain values (1, 'a', '2020-01-01'), (2, 'b', '2020-01-01'), (3, 'c', '2020-01-01');
select dbarchive_hold('plain', 1, 'case 1') is not null;
-- dbops_delete, where deleted rows are not kept, also by a cascade
select dbops_delete('plain', '{"id": 1}');
select dbops_delete('plain', '{}', '{"all": true}');
create table parent (id integer primary key);
create table child (id integer primary key, parent_id integer references parent (id) on delete cascade);
insert into parent values (1), (2);
insert into child values (1, 1), (2, 2);
select dbarchive_hold('child', 1, 'case 2') is not null;
select dbops_delete('parent', '{"id": 1}');
select dbops_delete('parent', '{"id": 2}');
-- where they are kept, the row can be deleted, and is held in the trash
select dbarchive_enable('parent') is not null;
select dbops_delete('parent', '{"id": 1}');
call dbarchive_purge('parent', '{"older_than_days": 0, "dry_run": true, "row_key": {"id": 1}}');
select id from plain order by id;
-- a mode that only marks
create table page (id integer primary key, deleted_at timestamp);
insert into page (id) values (1), (2);
select dbarchive_enable('page') is not null;
select dbarchive_hold('page', 1, 'case 3') is not null;
select dbops_delete('page', '{"id": 1}', '{"soft": false}');
select cast(dbops_delete('page', '{"id": 1}') as text) like '%"affected": 1%';
alter table page rename to leaf;
select dbarchive_enable('leaf') is not null;
call dbarchive_purge('leaf', '{"older_than_days": 0, "dry_run": true}');
select dbops_delete('leaf', '{"id": 1}', '{"soft": false, "deleted": true}');
select table_name, row_key from dbarchive_holds('leaf');
-- a policy, after the table was renamed
alter table plain rename to renamed;
select dbarchive_policy('renamed', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply();
select id, v from renamed order by id;
select table_name, row_key, reason from dbarchive_holds('renamed');
-- the hold follows the row when its key changes
update renamed set id = 11 where id = 1;
insert into renamed values (1, 'another', '2020-01-01');
call dbarchive_apply();
select id, v from renamed order by id;
select table_name, row_key, reason from dbarchive_holds('renamed');
-- the old name belongs to another table
create table plain (id integer primary key, v text, at timestamp);
insert into plain values (11, 'new', '2020-01-01');
select dbops_delete('plain', '{"id": 11}');
select dbarchive_release('renamed', 11) is not null;
select count(*) from dbarchive_holds('renamed');
-- undo of the insert, and of an update
create table logged (id integer primary key, v text);
select dbaudit_enable('logged') is not null;
insert into logged values (1, 'a');
insert into logged values (2, 'b');
update logged set v = 'c' where id = 2;
select dbarchive_hold('logged', 1, 'case 4') is not null;
select dbarchive_hold('logged', 2, 'case 5') is not null;
select dbaudit_undo(4);
select dbaudit_undo(6);
select id, v from logged order by id;
-- a row that is gone is named, and nothing is deleted
create table lost (id integer primary key, v text, at timestamp);
insert into lost values (1, 'a', '2020-01-01'), (2, 'b', '2020-01-01');
select dbarchive_hold('lost', 1, 'case 6') is not null;
delete from lost where id = 1;
select dbarchive_policy('lost', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"relation": "lost"}');
select dbops_delete('lost', '{"id": 2}');
select severity, object, message from dbhealth_checks('{"checks": ["held_rows_lost"]}');
select id from lost;
select dbarchive_release('lost', 1) is not null;
call dbarchive_apply('{"relation": "lost"}');
select id from lost;
select severity from dbhealth_checks('{"checks": ["held_rows_lost"]}');
-- a repair
create table owner (id integer primary key);
create table pet (id integer primary key, owner_id integer);
insert into pet values (1, 9), (2, 9);
select dbarchive_hold('pet', 1, 'case 9') is not null;
select dbcheck_rule_add('no_nine', 'pet', 'owner_id <> 9', '{"repair_sql": "delete"}') is not null;
select dbcheck_repair('{"rules": ["no_nine"], "dry_run": false}');
select id from pet order by id;
-- a key of several columns, one of which is renamed
create table pair (a integer, b integer, at timestamp, primary key (a, b));
insert into pair values (1, 2, '2020-01-01');
select dbarchive_hold('pair', '{"a": 1, "b": 2}', 'case 7') is not null;
alter table pair rename column b to c;
select dbarchive_policy('pair', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"relation": "pair"}');
select count(*) from pair;
select dbarchive_release('pair', '{"a": 1, "c": 2}') is not null;
-- rows without a key
create table keyless (v text);
insert into keyless values ('a');
-- psql: select dbarchive_hold('keyless', '{"ctid": "(0,1)"}', 'case 8');
-- sqlite3: select dbarchive_hold('keyless', '{"rowid": 1}', 'case 8');
-- a hold of a table that was dropped
create table dropped (id integer primary key);
insert into dropped values (1);
select dbarchive_hold('dropped', 1, 'case 8') is not null;
drop table dropped;
select count(*) from dbarchive_holds() where reason = 'case 8';
select dbarchive_release('never_was', 1);
-- psql: select dbarchive_release('public.dropped', 2) is not null;
-- sqlite3: select dbarchive_release('dropped', 2) is not null;
-- psql: select dbarchive_release('public.dropped', 1);
-- sqlite3: select dbarchive_release('dropped', 1);
select count(*) from dbarchive_holds() where reason = 'case 8';
