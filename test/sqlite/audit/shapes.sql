-- Rows of the past, and changes that are undone, of tables that have changed since.

-- two columns have exchanged their names, and a new one has an old name
create table a (id integer primary key, x text, y text, z text);
select dbaudit_enable('a') is not null;
insert into a values (1, 'old x', 'old y', 'old z');
update a set x = 'new x', z = 'new z';
alter table a rename x to w;
alter table a rename y to x;
alter table a rename w to y;
alter table a rename z to z2;
alter table a add z text default 'zz';
select dbaudit_undo(3) ->> 'rows';
select id, y, x, z2, z from a;
--> 1
--> 1
--> 1|old x|old y|old z|zz

-- ... also after the triggers were made again
create table b (id integer primary key, x text, y text);
select dbaudit_enable('b') is not null;
insert into b values (1, 'old x', 'old y');
delete from b;
alter table b rename x to w;
alter table b rename y to x;
alter table b rename w to y;
select dbaudit_enable('b') is not null;
select dbaudit_undo(8) ->> 'rows';
select id, y, x from b;
delete from b;
alter table b add n int default 7;
select dbaudit_undo(11) ->> 'rows';
select n from b;
select dbaudit_as_of('b', 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day'));
--> 1
--> 1
--> 1
--> 1|old x|old y
--> 1
--> 7
--> {"x": "old y", "y": "old x", "id": 1}

-- what dbcare itself changes is logged under the columns, whatever their names
create table c (id integer primary key, x text, y text);
select dbaudit_enable('c') is not null, dbarchive_enable('c') is not null;
insert into c values (1, 'old x', 'old y');
alter table c rename x to w;
alter table c rename y to x;
alter table c rename w to y;
delete from c;
select dbarchive_restore('c', 1) ->> 'rows';
select dbaudit_undo(16) ->> 'rows';
select action, row_key, before from dbaudit_log('{"table": "c", "limit": 3}') order by id;
--> 1|1
--> 1
--> 1
--> delete|1|{"x": "old x", "y": "old y", "id": 1}
--> insert|1|
--> delete|1|{"x": "old x", "y": "old y", "id": 1}

-- a column is not taken for another one that had its name before
create table d (id integer primary key, x real, y text);
select dbaudit_enable('d') is not null;
alter table d rename x to y2;
select dbaudit_enable('d') is not null, dbaudit_disable('d') is not null;
alter table d add x;
select dbaudit_enable('d') is not null;
insert into d values (1, 5, 'y', 12);
delete from d;
select max(id) from dbaudit_log();
select dbaudit_undo(23) ->> 'rows';
select * from d;
--> 1
--> 1|1
--> 1
--> 23
--> 1
--> 1|5.0|y|12

-- a table that was renamed when its log ended is still the one that was logged
create table e (id integer primary key, v text);
select dbaudit_enable('e') is not null;
insert into e values (1, 'v');
alter table e rename to f;
select dbaudit_disable('f') is not null, dbaudit_enable('f') is not null;
select max(id) from dbaudit_log() where action = 'insert';
select dbaudit_undo(26) ->> 'rows';
select count(*) from f;
--> 1
--> 1|1
--> 26
--> 1
--> 0

-- undone deletions and erased values leave the trash of a table that was renamed
create table g (id integer primary key, v text);
select dbarchive_enable('g') is not null, dbaudit_enable('g') is not null;
insert into g values (1, 'v'), (2, 'secret');
delete from g where id = 1;
delete from g where id = 2;
alter table g rename to h;
select max(id) from dbaudit_log('{"action": "delete"}');
select dbaudit_erase('h', 2, '["v"]', 'asked') is not null;
select dbaudit_undo(33) ->> 'rows';
select row_key, row_data from dbarchive_deleted('h');
--> 1|1
--> 34
--> 1
--> 1
--> 2|{"v": null, "id": 2}

-- a row that was deleted before columns were added has their defaults, as other rows have
create table i (id integer primary key, v text);
select dbaudit_enable('i') is not null;
insert into i values (1, 'v'), (2, 'v');
delete from i where id = 1;
alter table i add a text default 5;
alter table i add b date default '2020-01-01';
alter table i add c default 5.5;
alter table i add d decimal(10, 2) default 0.00;
alter table i add e int default '12';
alter table i add f default x'00FF';
alter table i add g default 'it''s';
alter table i add h real default -7;
alter table i add i default 1e-5;
alter table i add j boolean default true;
alter table i add k text;
vacuum;
select dbaudit_undo(40) ->> 'rows';
select count(distinct quote(a) || quote(b) || quote(c) || quote(d) || quote(e) || quote(f) || quote(g) || quote(h) || quote(i) || quote(j) || quote(k)) from i;
--> 1
--> 1
--> 1

-- one that was deleted since may have had another value
update i set k = 'k' where id = 2;
delete from i where id = 2;
select dbaudit_undo(42);
select dbaudit_undo(41, '{"dry_run": true}') ->> 'rows';
--> ERROR: dbcare: the changes cannot be undone. the log does not have the value that the row had in column a of table i. The table may have had columns then that were not logged. Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.
--> 1

-- ... also one that dbcare has deleted
select dbaudit_undo(41) ->> 'rows';
select dbaudit_undo(43);
select dbaudit_enable('i') is not null;
select dbaudit_undo(43);
insert into i (id, k) values (1, 'k');
alter table i add l int default 9;
delete from i;
select dbaudit_enable('i') is not null;
alter table i add m int default 10;
select dbaudit_undo(46);
select count(*) from i;
--> 1
--> ERROR: dbcare: the changes cannot be undone. the log does not have the value that the row had in column a of table i. The table may have had columns then that were not logged. Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.
--> 1
--> ERROR: dbcare: the changes cannot be undone. the log does not have the value that the row had in column a of table i. The table may have had columns then that were not logged. Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.
--> 1
--> ERROR: dbcare: the changes cannot be undone. the log does not have the value that the row had in column l of table i. The table may have had columns then that were not logged. Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.
--> 0

-- nor has the log the value of a column that was excluded
create table j (id integer primary key, v text, x int default 7);
select dbaudit_enable('j', '{"exclude": ["x"]}') is not null;
insert into j values (1, 'v', 9);
delete from j;
select dbaudit_enable('j') is not null;
select dbaudit_undo(50);
select count(*) from j;
--> 1
--> 1
--> ERROR: dbcare: the changes cannot be undone. the log does not have the value that the row had in column x of table j. The table may have had columns then that were not logged. Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.
--> 0

-- a default that is computed, or that the column converts to what is not certain, is not known
create table l (id integer primary key, v text);
select dbaudit_enable('l') is not null;
insert into l values (1, 'v');
delete from l;
alter table l add n default 5.0;
select dbaudit_undo(54);
--> 1
--> ERROR: dbcare: the changes cannot be undone. column n was added to table l, and its value for the row is not known.

-- a new column with the name of a dropped one has its default, too
create table n (id integer primary key, v text, w text);
select dbaudit_enable('n') is not null, dbaudit_disable('n') is not null;
alter table n drop column w;
select dbaudit_enable('n') is not null;
insert into n values (1, null);
delete from n;
alter table n add w int default 4;
alter table n add x int default 5;
select dbaudit_enable('n') is not null;
select dbaudit_undo(59) ->> 'rows';
select w, x from n;
--> 1|1
--> 1
--> 1
--> 1
--> 4|5

-- the types of columns are known where LIKE is case-sensitive, too
pragma case_sensitive_like = on;
create table o (id INTEGER PRIMARY KEY, v BLOB);
insert into o values (1, 3);
select dbaudit_enable('o') is not null;
update o set v = 3.0;
alter table o add w TEXT default 5;
select dbaudit_enable('o') is not null;
select action, changed from dbaudit_history('o', 1);
select row_data from dbaudit_table_as_of('o', '2100-01-01');
--> 1
--> 1
--> update|["v"]
--> {"v": "3.0", "w": "5", "id": 1}
