-- Mode trash: values of all kinds, writers without dbcare, keys of all kinds.
pragma foreign_keys = on;
-- the name and the columns of the table are odd
create table "odd ""t'" (id integer primary key, "v %s" text, r real, b blob, "old.x" any, n numeric, g integer as (id * 2) stored, h integer as (id * 3));
insert into "odd ""t'" values
	(1, 'a"b' || char(1) || 'é' || char(10), 0.1, x'00ff', null, 1.5),
	(2, 'x' || char(0) || 'y', 1e300, x'', 'text', 12345678901234567890),
	(-9223372036854775808, '', 9e999, zeroblob(3), 7, '1e5'),
	(4, cast(x'ff80' as text), -9e999, 'text in a blob', 7.0, 5e-324),
	(5, 7, 1, 2, x'61', 'abc');
create table before as select id, quote("v %s") as v, typeof("v %s") as tv, hex("v %s") as hv, quote(r) as r, quote(b) as b, typeof(b) as tb,
	quote("old.x") as x, typeof("old.x") as tx, quote(n) as n, typeof(n) as tn, g, h from "odd ""t'";
select dbarchive_enable('"odd ""t''"') is not null;
--> 1
-- a program without dbcare deletes rows
.once delete.sql
select 'delete from "odd ""t''"';
.shell sqlite3 test.db <delete.sql
select count(*) from "odd ""t'";
--> 0
-- a text that is not valid UTF-8 comes back, too
select dbarchive_restore('"odd ""t''"', 4) ->> '$.rows';
--> 5
-- all values are what they were
select count(*) from (select id, quote("v %s") as v, typeof("v %s") as tv, hex("v %s") as hv, quote(r) as r, quote(b) as b, typeof(b) as tb,
	quote("old.x") as x, typeof("old.x") as tx, quote(n) as n, typeof(n) as tn, g, h from "odd ""t'"
	intersect select * from before);
--> 5

-- tables with keys of all kinds
create table word (w text primary key, n int) without rowid;
create table rowless (v text);
create table two (a int, b text, primary key (b, a));
insert into word values ('k''1', 1), ('5', 2);
insert into rowless values ('x'), ('y');
insert into two values (1, 'p'), (2, 'p');
select dbarchive_enable('word') is not null, dbarchive_enable('rowless') is not null, dbarchive_enable('two') is not null;
--> 1|1|1
delete from word;
delete from rowless where v = 'y';
delete from two where a = 2;
-- keys are listed as they are passed
select table_name, row_key from dbarchive_deleted() order by 1, 2;
--> rowless|{"rowid": 2}
--> two|{"a": 2, "b": "p"}
--> word|"5"
--> word|"k'1"
-- rows are found by their keys
select dbarchive_restore('word', '5') ->> '$.tables', dbarchive_restore('two', '{"a": 2, "b": "p"}') ->> '$.rows', dbarchive_restore('rowless', '{"rowid": 2}') ->> '$.rows';
--> {"word":2}|1|1
-- the rows are what they were, with their rowids
select * from word;
select rowid, * from rowless;
select * from two;
--> 5|2
--> k'1|1
--> 1|x
--> 2|y
--> 1|p
--> 2|p

-- a deletion that is rolled back leaves nothing
begin;
delete from two;
rollback;
select count(*) from dbarchive_deleted('two');
--> 0
-- conflicts are listed, and nothing is restored
create table u (id integer primary key, name text unique, c integer);
insert into u values (1, 'a', 1), (2, 'b', 2), (3, null, 3);
select dbarchive_enable('u') is not null;
delete from u;
insert into u values (3, 'b', 0);
select dbarchive_restore('u', 1);
select * from u;
--> 1
--> ERROR: dbcare: batch 10 cannot be restored. Row 2 of table u: a row with the same unique key exists (UNIQUE constraint failed: u.name). Row 3 of table u: a row with the same unique key exists (UNIQUE constraint failed: u.id). Change or delete the rows in the way, or restore the missing parents, then restore the batch again. (19)
--> 3|b|0

-- tables that cannot be kept
create view seen as select 1 as id;
create virtual table found using fts5 (v);
select dbarchive_enable('seen');
select dbarchive_enable('found');
select dbarchive_enable('sqlite_schema');
select dbarchive_enable('dbcare_trash');
select dbarchive_enable(null);
select dbarchive_delete('two', null);
--> ERROR: dbcare: seen is not a table. Pass the name of a table.
--> ERROR: dbcare: found is not a table. Pass the name of a table.
--> ERROR: dbcare: table sqlite_schema does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
--> ERROR: dbcare: dbcare cannot change rows of table dbcare_trash
--> ERROR: dbcare: argument relation of dbarchive_enable must not be null
--> ERROR: dbcare: null is not the key of a row. For table two the key of the table is (b, a). Pass the value of a key of one column, or a JSON object with a member for each column.

-- planted rows are checked: SQL in a value does not run
create table p (id integer primary key);
create table c (id integer primary key, p_id integer references p on delete set null);
select dbarchive_enable('p') is not null;
insert into p values (1);
insert into c values (1, 1);
delete from p;
update dbcare_trash set row_data = '{"p_id": {"real": "1) where 0; drop table c; --"}}' where action = 'detach';
select dbarchive_restore('p', 1) is not null;
select * from c;
--> 1
--> 1
--> 1|1
-- a planted table name
update dbcare_trash set table_name = 'sqlite_schema' where table_name = 'u';
select dbarchive_restore_batch(10);
--> ERROR: dbcare: batch 10 cannot be restored. Row 1 of table sqlite_schema: table sqlite_schema no longer exists. Row 2 of table sqlite_schema: table sqlite_schema no longer exists. Row 3 of table sqlite_schema: table sqlite_schema no longer exists. Create the table again, with the same columns, then restore the rows.
-- values as users read them, and rows in the way
create table shown (id integer primary key, r real, x blob);
create table child (id integer primary key, shown integer references shown, "a b" integer references shown on delete cascade);
insert into shown values (1, 0.1, x'00ff'), (2, 1e999, x'');
select dbarchive_enable('shown') is not null;
delete from shown where id = 1;
select row_data from dbarchive_deleted('shown');
insert into child values (1, 2, 2), (2, 2, null);
select dbarchive_delete('shown', 2);
--> 1
--> {"r": "0.1", "x": "\\x00ff", "id": 1}
--> ERROR: dbcare: FOREIGN KEY constraint failed. Referred to by 2 rows of child. In the statement, statement 1, line 1. (19)

-- read-only
.open --readonly test.db
.load ./dbcare
select count(*) > 0 from dbarchive_deleted();
select dbarchive_restore('u', 1);
select dbarchive_delete('two', '{"a": 1, "b": "p"}');
select dbarchive_enable('two');
--> 1
--> ERROR: dbcare: the database is read-only (8)
--> ERROR: dbcare: the database is read-only (8)
--> ERROR: dbcare: the database is read-only (8)
