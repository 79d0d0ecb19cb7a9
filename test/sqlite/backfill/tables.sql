-- dbmigrate_backfill: the tables and keys of SQLite.

-- a backfill finds the rowid under each of its names
create table plain (a);
insert into plain select 0 from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) select i from n);
delete from plain where rowid % 3 = 0;
create table hidden (rowid, _rowid_, a);
insert into hidden values (1, 1, 0), (1, 1, 0), (null, null, 0);
create table rowids (rowid, _rowid_, oid, a);
create table "from" (a, "where" integer primary key desc, b default 0);
insert into "from" (a, "where") values (1, 2), (2, null), (3, 1), (4, null);
select dbmigrate_backfill('plain', 'update plain set a = a + 1', '{"batch_ms": 1, "pause_ms": 0}') ->> 'rows_seen';
select count(*), min(a), max(a) from plain;
select dbmigrate_backfill('hidden', 'update hidden set a = a + 1') ->> 'rows_seen';
select * from hidden;
select dbmigrate_backfill('from', 'update "from" set b = b + 1') ->> 'rows_seen';
select a, b from "from" order by a;
select dbmigrate_backfill('rowids', 'update rowids set a = 1');
select name, key_columns from dbcare_backfill order by name;
--> 334
--> 334|1|1
--> 3
--> 1|1|1
--> 1|1|1
--> ||1
--> 4
--> 1|1
--> 2|1
--> 3|1
--> 4|1
--> ERROR: dbcare: table rowids has no primary key. Batches process a table in the order of its primary key. Add a primary key.
--> from|["rowid"]
--> hidden|["oid"]
--> plain|["rowid"]

-- a backfill reads each key once, whatever its type
create table mixed (k, n integer not null, a default 0, primary key (k, n)) without rowid;
insert into mixed (k, n) select case i % 8 when 0 then i when 1 then i / 8.0 when 2 then 'text ''' || i when 3 then 'nul' || char(0) || i
	when 4 then cast('blob' || i as blob) when 5 then 9e999 when 6 then '' else zeroblob(3) end, i
from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) select i from n);
select dbmigrate_backfill('mixed', 'update mixed set a = a + 1', '{"batch_ms": 1, "pause_ms": 0}') ->> 'rows_seen';
select count(*), min(a), max(a) from mixed;
select batches > 5 from dbmigrate_backfills where name = 'mixed';
--> 3000
--> 3000|1|1
--> 1

-- a backfill follows the collation and order of the key
create table words (w text not null collate nocase, v text not null, a default 0, primary key (w collate binary, v desc)) without rowid;
insert into words (w, v) select char(65 + i % 7 + i % 2 * 32) || i % 11, i
from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i from n);
create table nocase (w text collate nocase primary key not null, a default 0);
insert into nocase (w) select char(65 + i % 7 + i % 2 * 32) || i
from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i from n);
select dbmigrate_backfill('words', 'update words set a = a + 1', '{"batch_ms": 1, "pause_ms": 0}') ->> 'rows_seen';
select dbmigrate_backfill('nocase', 'update nocase set a = a + 1', '{"batch_ms": 1, "pause_ms": 0}') ->> 'rows_seen';
select count(*), min(a), max(a) from words;
select count(*), min(a), max(a) from nocase;
--> 1000
--> 1000
--> 1000|1|1
--> 1000|1|1

-- only tables of the main database are accepted
create temp table passing (id integer primary key, a);
attach ':memory:' as other;
create table other.away (id integer primary key, a);
create view seen as select 1 as a;
select dbmigrate_backfill('no', 'update passing set a = 1');
select dbmigrate_backfill('no', 'update other.away set a = 1');
select dbmigrate_backfill('no', 'update seen set a = 1');
--> ERROR: dbcare: table temp.passing is not in the main database. Batches process a table in the order of its primary key. Open the file of the table as the main database.
--> ERROR: dbcare: table other.away is not in the main database. Batches process a table in the order of its primary key. Open the file of the table as the main database.
--> ERROR: dbcare: seen is not a table. Pass the name of a table.

-- tables that SQLite alone can write are refused
select dbmigrate_backfill('no', 'update or replace plain set a = 1');
select dbmigrate_backfill('no', 'update plain indexed by i set a = 1');
select dbmigrate_backfill('no', 'update plain set a = ?');
select dbmigrate_backfill('no', 'update plain set a = :a');
--> ERROR: dbcare: a backfill cannot use UPDATE OR. Remove the OR clause.
--> ERROR: dbcare: a backfill cannot use INDEXED BY. Remove the clause: rows are found by the primary key.
--> ERROR: dbcare: a backfill cannot use parameters. Write the values into the statement.
--> ERROR: dbcare: a backfill cannot use parameters. Write the values into the statement.

-- an update of the rowid is refused under each of its names
select dbmigrate_backfill('no', 'update plain set OID = oid + 1');
select dbmigrate_backfill('no', 'update "from" set b = 1, _rowid_ = 2');
select dbmigrate_backfill('no', 'update hidden set rowid = 2') ->> 'rows_changed';
--> ERROR: dbcare: a backfill cannot change column "oid" of the primary key. A row whose key changes could be processed twice.
--> ERROR: dbcare: a backfill cannot change column "_rowid_" of the primary key. A row whose key changes could be processed twice.
--> 3

-- a failure is recorded, and its batch is rolled back
create table few (id integer primary key, a check (a < 50));
insert into few values (1, 1), (2, 2), (3, 3);
select dbmigrate_backfill('few', 'update few set a = a * 20');
select state, rows_seen, failure, pid from dbmigrate_backfills where name = 'few';
select * from few;
update few set a = 2;
select dbmigrate_backfill('few') ->> 'state';
select a from few;
--> ERROR: dbcare: CHECK constraint failed: a < 50. Completed batches are kept and do not run again. In backfill few, statement 1, line 1. (19)
--> failed|0|CHECK constraint failed: a < 50|
--> 1|1
--> 2|2
--> 3|3
--> complete
--> 40
--> 40
--> 40

-- triggers fire as for any UPDATE
create table log (id);
create trigger note after update of a on few begin insert into log values (new.id); end;
select dbmigrate_backfill('few', null, '{"restart": true}') ->> 'state';
update few set a = 1;
delete from log;
select dbmigrate_backfill('few', null, '{"restart": true}') ->> 'rows_changed';
select count(*) from log;
--> ERROR: dbcare: CHECK constraint failed: a < 50. Completed batches are kept and do not run again. In backfill few, statement 1, line 1. (19)
--> 3
--> 3

-- a changed primary key fails the backfill
drop table few;
create table few (id integer, a, other integer primary key);
insert into few values (1, 1, 1);
select dbmigrate_backfill('few');
--> ERROR: dbcare: the primary key of table few has changed. The backfill was started with the key ["id"]. To start again at the first row, pass {"restart": true}.

-- depends_on with "backfill:" accepts an existing backfill
select dbmigrate_add('1', 'one', 'create table one (a)', null, '{"depends_on": ["backfill:plain"]}') ->> 'action';
select dbmigrate_apply() ->> 'applied';
--> added
--> ["1"]
