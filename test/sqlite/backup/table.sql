-- A single table, restored into the live database.
pragma foreign_keys = on;
create table parent (id integer primary key, name text unique);
create table child (id integer primary key, parent_id integer references parent on delete cascade, v);
create table pair (a text collate nocase, b int, v, primary key (a, b)) without rowid;
create table word (w text primary key, n int, twice as (n * 2));
create table keyless (v);
create table effect (what text);
create trigger parent_changes after update on parent begin insert into effect values ('update'); end;
create trigger parent_removes after delete on parent begin insert into effect values ('delete'); end;
insert into parent values (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
insert into child values (1, 1, x'00ff'), (2, 2, 1.5), (3, 3, 'text'), (4, null, null);
insert into pair values ('k', 1, 1e300), ('k', 2, 0.0), ('L', 1, char(0, 233));
insert into word (w, n) values ('one', 1), ('two', 2), ('three', 3);
insert into keyless values ('x'), ('y');
.shell head -c 32 /dev/urandom > key; chmod 600 key
select dbbackup_create('b') is null;
--> 0

delete from effect;
delete from parent where id = 3;
update parent set name = 'B' where id = 2;
insert into parent values (9, 'z');
delete from effect;
-- a dry run counts, by key, and changes nothing
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "dry_run": true}'),
	'$.same', '$.missing', '$.differ', '$.only_here', '$.restored', '$.overwritten');
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "dry_run": true}'), '$.examples.missing', '$.examples.only_here');
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "dry_run": true}'), '$.examples.differ[0].key',
	'$.examples.differ[0].backup', '$.examples.differ[0].here');
select * from parent;
--> [2,1,1,1,0,0]
--> [[3],[9]]
--> [2,{"id":2,"name":"b"},{"id":2,"name":"B"}]
--> 1|a
--> 2|B
--> 4|d
--> 9|z
-- rows that differ are a conflict, and nothing is changed
select dbbackup_restore('b', null, '{"table": "parent"}');
select group_concat(id) from parent;
--> ERROR: dbcare: table parent has rows that differ from those of the backup. 1 row differs, for example that with the key 2. Call it with {"dry_run": true} to see them, then with {"on_conflict": "overwrite"} or {"on_conflict": "keep"}.
--> 1,2,4,9
-- they are kept on request
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "keep"}'), '$.restored', '$.overwritten');
select * from parent;
--> [1,0]
--> 1|a
--> 2|B
--> 3|c
--> 4|d
--> 9|z
-- they are overwritten on request, without a trigger and without deleting children
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite"}'), '$.restored', '$.overwritten');
select * from parent;
select count(*) from effect;
select group_concat(id) from child;
select count(*) from dbcare_quarantine;
--> [0,1]
--> 1|a
--> 2|b
--> 3|c
--> 4|d
--> 9|z
--> 0
--> 1,2,4
--> 0
-- unique values that rows have exchanged
update parent set name = 'tmp' where id = 1; update parent set name = 'a' where id = 2; update parent set name = 'b' where id = 1;
delete from effect;
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite"}'), '$.overwritten');
select group_concat(name) from parent;
--> 2
--> a,b,c,d,z
-- triggers fire on request
update parent set name = 'q' where id = 2;
delete from effect;
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite"}'), '$.triggers_not_fired');
update parent set name = 'q' where id = 2;
delete from effect;
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite", "triggers": "fire"}'), '$.overwritten', '$.triggers_not_fired');
select * from effect;
select group_concat(name) from parent;
select dbbackup_restore('b', null, '{"triggers": "fire"}');
delete from effect;
--> ["parent_changes"]
--> [1,null]
--> update
--> a,b,c,d,z
--> ERROR: dbcare: option triggers is for a single table: pass the option table. dbbackup_plan() tells what a restore would do.
-- a unique value that another row has by now
delete from parent where id = 4; update parent set name = 'd' where id = 9; delete from effect;
select dbbackup_restore('b', null, '{"table": "parent"}');
select group_concat(id) from parent;
--> ERROR: dbcare: UNIQUE constraint failed: parent.name (19)
--> 1,2,3,9
-- a row without its parent
delete from child; delete from parent where id = 1; delete from effect;
select dbbackup_restore('b', null, '{"table": "child"}');
select count(*) from child;
--> ERROR: dbcare: 1 row would lack a parent row. Nothing was changed. Restore the table that they refer to first. (19)
--> 0
-- ... and with it, all values as they were
update parent set name = 'z' where id = 9; delete from effect;
select json_extract(dbbackup_restore('b', null, '{"table": "parent"}'), '$.restored');
select json_extract(dbbackup_restore('b', null, '{"table": "child"}'), '$.restored');
select id, parent_id, quote(v) from child;
--> 2
--> 4
--> 1|1|X'00FF'
--> 2|2|1.5
--> 3|3|'text'
--> 4||NULL
-- a parent that children refer to is changed, but not away from under them
create table by_name (id integer primary key, name text references parent (name));
insert into parent values (10, 'new'); update parent set name = 'e' where id = 4; insert into by_name values (1, 'e');
select dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite"}');
select name from parent where id = 4;
drop table by_name;
delete from effect;
--> ERROR: dbcare: 1 row would lack a parent row. Nothing was changed. Restore the table that they refer to first. (19)
--> e
-- a key of several columns, with a collation
delete from pair where a = 'l'; update pair set v = 0 where b = 2; update pair set a = 'K' where b = 1;
select json_extract(dbbackup_restore('b', null, '{"table": "pair", "dry_run": true}'), '$.same', '$.missing', '$.differ', '$.only_here');
select json_extract(dbbackup_restore('b', null, '{"table": "pair", "on_conflict": "overwrite"}'), '$.restored', '$.overwritten');
select a, b, quote(v), hex(v) from pair order by a, b;
--> [0,1,2,0]
--> [1,2]
--> k|1|1.0e+300|312E30652B333030
--> k|2|0.0|302E30
--> L|1|''|00C3A9
-- rows with a text key and a rowid that another row has
delete from word where w in ('two', 'three'); insert into word (w, n) values ('four', 4);
select json_extract(dbbackup_restore('b', null, '{"table": "word"}'), '$.same', '$.restored', '$.only_here');
select w, n, twice from word order by n;
--> [1,2,1]
--> one|1|2
--> two|2|4
--> three|3|6
--> four|4|8
-- rows without a key are found by their rowid
delete from keyless where v = 'x'; update keyless set v = 'Y' where v = 'y';
select json_extract(dbbackup_restore('b', null, '{"table": "keyless", "on_conflict": "overwrite"}'), '$.restored', '$.overwritten', '$.examples.missing[0]');
select rowid, v from keyless;
--> [1,1,{"rowid":1}]
--> 1|x
--> 2|y
-- it is part of a transaction
begin; delete from keyless; select json_extract(dbbackup_restore('b', null, '{"table": "keyless"}'), '$.restored'); rollback;
begin; select json_extract(dbbackup_restore('b', null, '{"table": "keyless"}'), '$.restored'); select count(*) from keyless; commit;
--> 2
--> 0
--> 2
-- changes of rows are in the log of changes
select dbaudit_enable('parent') is null;
delete from parent where id = 4; update parent set name = 'other' where id = 2;
select json_extract(dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "overwrite"}'), '$.restored', '$.overwritten');
select action, row_key from dbaudit_log() where action <> 'protection' order by id;
select dbaudit_disable('parent') is null;
--> 0
--> [1,1]
--> delete|4
--> update|2
--> delete|2
--> insert|2
--> insert|4
--> 0
-- tables that are not as they were
alter table word add column more;
select dbbackup_restore('b', null, '{"table": "word"}');
alter table word drop column more;
alter table pair rename column v to u;
select dbbackup_restore('b', null, '{"table": "pair"}');
create table young (id);
select dbbackup_restore('b', null, '{"table": "young"}');
--> ERROR: dbcare: table word of the backup is another one. It has 2 of 3 columns. Restore the backup to a new file, and copy the rows from there.
--> ERROR: dbcare: table pair of the backup is another one. It has a column v. Restore the backup to a new file, and copy the rows from there.
--> ERROR: dbcare: the backup has no table young
-- options that do not go together, and tables that are none
select dbbackup_restore('b', 'new.db', '{"table": "parent"}');
select dbbackup_restore('b', null, '{"table": "parent", "replace": true}');
select dbbackup_restore('b', 'new.db', '{"dry_run": true}');
select dbbackup_restore('b', null, '{"table": "none"}');
select dbbackup_restore('b', null, '{"table": "dbcare_setting"}');
select dbbackup_restore('b', null, '{"table": "parent", "on_conflict": "replace"}');
--> ERROR: dbcare: a single table is restored into the database itself. Pass null as the destination, and no option replace.
--> ERROR: dbcare: a single table is restored into the database itself. Pass null as the destination, and no option replace.
--> ERROR: dbcare: option dry_run is for a single table: pass the option table. dbbackup_plan() tells what a restore would do.
--> ERROR: dbcare: table none does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
--> ERROR: dbcare: dbcare cannot change rows of table dbcare_setting
--> ERROR: dbcare: option "on_conflict" cannot be "replace". The value must be one of: fail, keep, overwrite.
-- from an encrypted, incremental one
select dbbackup_create('first', '{"encrypt": {"key_file": "key"}}') ->> 'kind';
update parent set name = 'later' where id = 1;
select dbbackup_create('second', '{"encrypt": {"key_file": "key"}, "incremental_from": "first"}') ->> 'kind';
update parent set name = 'last' where id = 1;
select dbbackup_restore('second', null, '{"table": "parent", "on_conflict": "overwrite", "decrypt": {"key_file": "key"}}') ->> 'overwritten';
select name from parent where id = 1;
--> full
--> incremental
--> 1
--> later
-- nothing is left beside the backups
.shell ls -A test.db-backups | grep -v '^[a-z]*$'; echo none
--> none
