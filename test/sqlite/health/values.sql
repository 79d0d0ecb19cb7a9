-- Health checks of what is in tables: pk_null_values, type_mismatch,
-- fts_rtree_integrity, rowid_exhaustion, autoincrement_state.

-- ---- pk_null_values ----

update topic set id = 'pk_null_values';
create table numbered (id integer primary key);
create table named (id text primary key, a);
create table pair (a, b, "b c", primary key (a, "b c"));
create table no_rowid (a text primary key) without rowid;
create table strict_key (a text primary key) strict;
create table not_null (a text primary key not null);
insert into named values ('a', 1), ('b', null);
insert into pair values (1, null, 1);
select severity, object from said;
--> ok|

-- nulls in a primary key are found and counted by rows
insert into named (a) values (1), (2);
insert into pair values (null, 1, null);
select severity, object, value, message from said;
--> warning|named|2.0|named: 2 rows have a null in the primary key (id)
--> warning|pair|1.0|pair: 1 row has a null in the primary key (a, "b c")

-- level fast does not read rows
select severity, reason from dbhealth_checks('{"verbose": true}') where check_id = 'pk_null_values';
--> skipped|needs level full

-- repairing the rows ends the finding
delete from named where id is null;
update pair set a = 2, "b c" = 2 where a is null;
select severity, object from said;
--> ok|

-- ---- type_mismatch ----

-- values of the declared types are no finding
update topic set id = 'type_mismatch';
create table typed (id integer primary key, qty INT(11), price REAL, big Big, note text,
	made datetime, shape point, flag boolean, amount decimal(10, 2), "total sum" double precision);
create table strict_one (a int) strict;
insert into typed values (1, 1, 1.5, 'b', 7, '2020-01-01', x'00', 'yes', 'much', 2),
	(2, '3', '4.5', x'00', x'00', 20200101, 'POINT(1 1)', 1, 1, null);
select severity, object from said;
--> ok|

-- text and fractions in integer columns and text in real columns are found
insert into typed (qty) values ('many'), (1.5);
insert into typed (price, "total sum") values ('free', 'none'), (x'00', 1);
select severity, object, value, message from said;
--> warning|typed|4.0|typed: 4 rows hold a value that is not of the declared type of qty, price, "total sum"

-- dbcheck_constraints() finds the rows
select value from (select sample_keys from dbcheck_constraints('typed', '{"types": "declared"}')), json_each(sample_keys) group by value having value > 2;
--> 3
--> 4
--> 5
--> 6

-- deleting the rows ends the finding
delete from typed where id > 2;
select severity, object from said;
--> ok|

-- attached, virtual and dbcare's tables are not checked
select dbcare_install() ->> 'changed';
create virtual table words using fts5 (a);
create virtual table boxes using rtree (id, x, y);
attach ':memory:' as other;
create table other.typed (a int);
insert into other.typed values ('text');
select severity, object from said;
--> 1
--> ok|

-- ---- fts_rtree_integrity ----

-- undamaged FTS and R-tree tables are no finding
.open virtual.db
.read begin.inc
update topic set id = 'fts_rtree_integrity';
create virtual table boxes using rtree (id, x, y);
create virtual table "odd ""boxes" using rtree (id, x, y);
insert into boxes values (1, 1, 2), (2, 3, 4);
create table words_idx (a);
create table t_node (a);
create table t (a);
select severity, object from said;
--> ok|

-- an R-tree with inconsistent tables is damaged
delete from "odd ""boxes_rowid";
insert into "odd ""boxes" values (1, 1, 2);
delete from "odd ""boxes_rowid";
select severity, object, message from said;
drop table "odd ""boxes";
--> critical|"odd ""boxes"|"odd ""boxes" is damaged: see rtreecheck()

-- full-text tables are checked from SQLite 3.44 on
create table v as select json_extract('[' || replace(sqlite_version(), '.', ',') || ']', '$[1]') >= 44 as able;
create virtual table "text 5" using fts5 (a);
create virtual table text4 using fts4 (a);
insert into "text 5" values ('one two'), ('three');
insert into text4 values ('one two'), ('three');
create temp table told as select * from said;
select count(*), count(reason), count(fix_sql) from told, v where not able
	and severity = 'unknown' and object in ('"text 5"', 'text4')
group by able
union all
select 2, 2, 0 from told, v where able and severity = 'ok';
--> 2|2|0

-- a full-text index that does not match its text is damaged
delete from "text 5_content" where id = 1;
insert into text4_content (docid, c0a) values (9, 'four');
select count(*) from said, v where severity = iif(able, 'critical', 'unknown');
--> 2

-- fix_sql rebuilds the full-text index
.once fix.sql
select fix_sql from said where severity = 'critical';
.read fix.sql
select count(*) from said where severity = 'critical';
--> 0

-- ---- rowid_exhaustion ----

-- a table without AUTOINCREMENT reuses rowids
.open rowid.db
.read begin.inc
update topic set id = 'rowid_exhaustion';
create table plain (id integer primary key);
insert into plain values (9223372036854775807);
insert into plain values (null);
select severity, object from said;
create table counted ("Key No" integer primary key autoincrement);
insert into counted values (4611686018427387900);
select severity, object from said;
--> ok|
--> ok|

-- a last rowid above half of the range is a finding
insert into counted values (4711686018427387904);
select severity, object, message from said;
--> warning|counted|counted: 51.1 % of the values of key column "Key No" are used

-- the largest rowid is critical
delete from counted;
insert into counted values (9223372036854775807);
select severity, object, value from said;
insert into counted values (null);
select dbhealth_score('{"checks": ["rowid_exhaustion"]}') < 60;
--> critical|counted|100.0
--> ERROR: database or disk is full (13)
--> 1

-- ---- autoincrement_state ----

-- AUTOINCREMENT counters at or above the last row are no finding
.open sequence.db
.read begin.inc
update topic set id = 'autoincrement_state';
create table counted (id integer primary key autoincrement, a);
create table "odd ""one" ("the id" integer primary key autoincrement);
create table empty (id integer primary key autoincrement);
create table told_so (id integer primary key, a default 'autoincrement');
insert into counted (a) values (1), (2), (3);
insert into "odd ""one" values (1), (2);
insert into told_so values (7, 7);
delete from counted where id = 3;
select severity, object from said;
--> ok|

-- a counter below the last row and duplicate counters are reported
update sqlite_sequence set seq = 1 where name = 'counted';
insert into sqlite_sequence values ('odd "one', 2);
select severity, object, value, message from said;
--> warning|counted|2.0|counted: sqlite_sequence does not match id, which has reached 2: keys of deleted rows may be used again
--> warning|"odd ""one"|2.0|"odd ""one": sqlite_sequence does not match "the id", which has reached 2: keys of deleted rows may be used again

-- fix_sql keeps one counter with the greatest value
.read repair.inc
select severity, object from said;
select * from sqlite_sequence order by name;
--> ok|
--> counted|2
--> odd "one|2
