-- dbsync_digest: values that SQLite alone allows
create table odd (id integer primary key, n int, t text, d datetime, j json, b blob, x);
insert into odd values (1, 'text', 5, 2459000.5, '{broken', 'text', 1.0), (2, 1.5, x'00', 'now', x'7b', 1, 9e999);
select row_count from dbsync_digest('odd');
--> 2

-- an integer and the real number of its value are equal
create table a (x);
create table b (x);
insert into a values (1), (0.0), (1e15);
insert into b values (1.0), (0), (1000000000000000);
select count(distinct digest) from (select * from dbsync_digest('a') union all select * from dbsync_digest('b'));
--> 1

-- a zero with a sign and one without are not
create table z (x);
create table z2 (x);
insert into z values (-0.0);
insert into z2 values (0.0);
select count(distinct digest) from (select * from dbsync_digest('z') union all select * from dbsync_digest('z2'));
--> 2

-- text and blob are not
update b set x = '1' where x = 1;
update a set x = x'31' where x = 1;
select count(distinct digest) from (select * from dbsync_digest('a') union all select * from dbsync_digest('b'));
--> 2

-- declared types make times, UUIDs, JSON and padded text equal
create table c (d datetime, e date, f time, u uuid, j jsonb, p char(5), v varchar(5));
create table c2 (d timestamp, e date, f time, u guid, j json, p character(5), v text);
insert into c values ('2026-01-02T03:04:05.000Z', '2026-01-02 00:00:00', '03:04', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"b": 1, "a": 2}', 'x  ', 'x');
insert into c2 values ('2026-01-02 04:04:05+01:00', '2026-01-02', '03:04:00.0', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a":2.0,"b":1e0}', 'x', 'x');
select count(distinct digest) from (select * from dbsync_digest('c') union all select * from dbsync_digest('c2'));
--> 1

-- spaces at the end of other text count
update c2 set v = 'x ';
select count(distinct digest) from (select * from dbsync_digest('c') union all select * from dbsync_digest('c2'));
--> 2

-- a table without rowid, a strict one, a name with quotes
create table "w ""r" (a text primary key, b int) without rowid;
insert into "w ""r" values ('x', 1);
create table s (a text primary key, b int) strict;
insert into s values ('x', 1);
select count(distinct digest), min(table_name) from (select * from dbsync_digest('"w ""r"') union all select * from dbsync_digest('s'));
--> 1|"w ""r"

-- an attached database
attach ':memory:' as other;
create table other.s (a, b);
insert into other.s values ('x', 1);
select count(distinct digest), min(table_name) from (select * from dbsync_digest('other.s') union all select * from dbsync_digest('s'));
--> 1|other.s

-- settings of the connection do not count
pragma case_sensitive_like = on;
pragma short_column_names = off;
select count(distinct digest) from (select * from dbsync_digest('other.s') union all select * from dbsync_digest('s'));
--> 1
