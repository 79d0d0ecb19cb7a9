-- Health checks of values that SQLite lets in: pk_null_values, type_mismatch.

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

-- a null in a key is found, and counted by rows
insert into named (a) values (1), (2);
insert into pair values (null, 1, null);
select severity, object, value, message from said;
--> warning|named|2.0|2 rows of named have a null in the primary key (id)
--> warning|pair|1.0|1 row of pair has a null in the primary key (a, "b c")

-- level fast does not look
select severity, reason from dbhealth_checks where check_id = 'pk_null_values';
--> skipped|needs level full

-- put right it is gone
delete from named where id is null;
update pair set a = 2, "b c" = 2 where a is null;
select severity, object from said;
--> ok|

-- ---- type_mismatch ----

update topic set id = 'type_mismatch';
create table typed (id integer primary key, qty INT(11), price REAL, big Big, note text,
	made datetime, shape point, flag boolean, amount decimal(10, 2), "total sum" double precision);
create table strict_one (a int) strict;
insert into typed values (1, 1, 1.5, 'b', 7, '2020-01-01', x'00', 'yes', 'much', 2),
	(2, '3', '4.5', x'00', x'00', 20200101, 'POINT(1 1)', 1, 1, null);
select severity, object from said;
--> ok|

-- text or a fraction among integers is found, so is text among fractions
insert into typed (qty) values ('many'), (1.5);
insert into typed (price, "total sum") values ('free', 'none'), (x'00', 1);
select severity, object, value, message from said;
--> warning|typed|4.0|4 rows of typed hold a value of another type than declared: typeof(qty) not in ('null', 'integer') or typeof(price) not in ('null', 'real') or typeof("total sum") not in ('null', 'real')

-- the message says how to find the rows
select id from typed where typeof(qty) not in ('null', 'integer') or typeof(price) not in ('null', 'real') or typeof("total sum") not in ('null', 'real');
--> 3
--> 4
--> 5
--> 6

-- put right it is gone
delete from typed where id > 2;
select severity, object from said;
--> ok|

-- tables of other databases, virtual ones and bookkeeping are not looked at
select dbcare_install() ->> 'changed';
create virtual table words using fts5 (a);
create virtual table boxes using rtree (id, x, y);
attach ':memory:' as other;
create table other.typed (a int);
insert into other.typed values ('text');
select severity, object from said;
--> 1
--> ok|
