-- Held rows that copies of a table would replace.
create table doc (id integer primary key, v text);
insert into doc values (1, 'a'), (2, 'b'), (3, 'c');
.shell head -c 32 /dev/urandom > key; chmod 600 key
select dbbackup_create('b') is null;
select dbsync_export('docs', '{"tables": ["doc"]}') is null;
select dbarchive_hold('doc', 1, 'case') is not null;
--> 0
--> 0
--> 1
-- a row with the same values is no obstacle
update doc set v = 'B' where id = 2;
select json_extract(dbsync_import('docs', '{"on_conflict": "overwrite"}'), '$.written') > 0;
select group_concat(v) from doc;
--> 1
--> a,b,c
-- one with other values stays
update doc set v = 'A' where id = 1; update doc set v = 'B' where id = 2;
select dbsync_import('docs', '{"on_conflict": "overwrite"}');
select dbbackup_restore('b', null, '{"table": "doc", "on_conflict": "overwrite"}');
select group_concat(v) from doc;
--> ERROR: dbcare: a held row of table doc would be overwritten. The file has a row with its key and other values. Pass {"on_conflict": "skip"} to keep the rows of the table, or call dbarchive_release().
--> ERROR: dbcare: row 1 of table doc is held. Reason of the hold: case. dbarchive_release() ends a hold.
--> A,B,c
-- rows that are not held are replaced
update doc set v = 'a' where id = 1;
select json_extract(dbbackup_restore('b', null, '{"table": "doc", "on_conflict": "overwrite"}'), '$.overwritten');
select group_concat(v) from doc;
--> 1
--> a,b,c
-- the trigger goes with the last hold
select dbarchive_release('doc', 1) is not null;
select count(*) from sqlite_schema where type = 'trigger';
--> 1
--> 0
-- a held row that is gone is a finding
select dbarchive_hold('doc', 3, 'case') is not null;
delete from doc where id = 3;
select severity, object from dbhealth_checks('{"checks": ["held_rows_lost"]}');
--> 1
--> warning|doc
-- a held row that was deleted is inserted again, beside another held one
create table memo (id integer primary key, v text);
insert into memo values (1, 'a'), (2, 'b');
select dbsync_export('memos', '{"tables": ["memo"]}') is null;
select dbarchive_enable('memo', '{"mode": "trash"}') is not null;
select dbarchive_hold('memo', 1, 'case') is not null;
select dbarchive_hold('memo', 2, 'case') is not null;
delete from memo where id = 1;
select json_extract(dbsync_import('memos', '{"on_conflict": "overwrite"}'), '$.written');
select group_concat(v) from memo;
update memo set v = 'B' where id = 2;
delete from memo where id = 1;
select dbsync_import('memos', '{"on_conflict": "overwrite"}');
--> 0
--> 1
--> 1
--> 1
--> 2
--> a,b
--> ERROR: dbcare: a held row of table memo would be overwritten. The file has a row with its key and other values. Pass {"on_conflict": "skip"} to keep the rows of the table, or call dbarchive_release().
-- a key whose columns the table has in another order: as the engine compares each of them
create table pair (a text, b text collate nocase, v, primary key (b, a));
insert into pair values ('x', 'y', 1), ('Y', 'x', 2);
select dbarchive_enable('pair', '{"mode": "trash"}') is not null;
delete from pair where v = 1;
select json_extract(dbarchive_hold('pair', '{"a": "x", "b": "Y"}', 'case'), '$.row_key');
insert into pair values ('x', 'Y', 3);
delete from pair;
select json_extract(dbarchive_purge('pair', '{"older_than_days": 0, "dry_run": false}'), '$.rows');
select json_extract(row_data, '$.v') from dbarchive_deleted('pair') order by 1;
select dbarchive_release('pair', '{"a": "x", "b": "Y"}') is not null;
--> 1
--> {"a":"x","b":"y"}
--> 0
--> 1
--> 2
--> 3
--> 1
