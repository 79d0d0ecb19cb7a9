-- dbsync_digest: the same digest on both engines for the same rows.
create table artist (id integer primary key, name varchar(120), "Odd ""name" text);
create table empty (id integer primary key);
create table typed (
	id integer primary key,
	whole bigint,
	amount numeric(12, 2),
	score double precision,
	small real,
	active boolean,
	code char(5),
	born date,
	made timestamp,
	seen timestamp with time zone,
	starts time,
	tag uuid,
	doc json
);
insert into artist values (1, 'AC/DC', null), (2, 'Ísland 日本 😀', ''), (-7, 'quote '' and "', 'x');
insert into typed values
	(1, 9223372036854775807, 12.50, 0.1, 0.1, true, 'ab', '2009-01-02', '2009-01-02 03:04:05.600', '2009-01-02 03:04:05+02:00', '03:04:05',
		'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"b": [1.0, 1e2, null], "a": "\u00e9"}'),
	(2, -9223372036854775807, -0.05, 1e300, 16777216, false, 'ab   ', '1969-12-31', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999999Z', '00:00:00',
		'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', '[]'),
	(3, 0, 0, 0.30000000000000004, -1.5, null, '', '0001-01-01', '2008-02-29 00:00:00', null, '23:59:59.5', null, ' "text" '),
	(4, null, null, null, null, null, null, null, null, null, null, null, null);
select * from dbsync_digest();
select * from dbsync_digest('typed');
select row_count from dbsync_digest('empty');

-- neither the order of rows nor that of columns counts, nor the case of their names
create table "same" ("NAME" text, "odd ""NAME" text, "Id" integer primary key);
insert into "same" select name, "Odd ""name", id from artist order by name desc;
select count(distinct digest), min(row_count) from (select * from dbsync_digest('artist') union all select * from dbsync_digest('"same"')) as both_tables;

-- any change counts
update "same" set "NAME" = 'AC/DC ' where "Id" = 1;
select count(distinct digest) from (select * from dbsync_digest('artist') union all select * from dbsync_digest('"same"')) as both_tables;
update "same" set "NAME" = 'AC/DC', "odd ""NAME" = '' where "Id" = 1;
select count(distinct digest) from (select * from dbsync_digest('artist') union all select * from dbsync_digest('"same"')) as both_tables;
-- so do equal rows
create table bag (a int, b text);
insert into bag values (1, 'x');
create table bag2 (a int, b text);
insert into bag2 values (1, 'x'), (1, 'x');
select count(distinct digest) from (select * from dbsync_digest('bag') union all select * from dbsync_digest('bag2')) as both_tables;
-- a value does not move to another column
create table pair (a text, b text);
insert into pair values ('xy', 'z');
create table pair2 (a text, b text);
insert into pair2 values ('x', 'yz');
select count(distinct digest) from (select * from dbsync_digest('pair') union all select * from dbsync_digest('pair2')) as both_tables;

-- generated columns are left out
create table made (a int, twice int generated always as (a * 2) stored);
insert into made (a) values (1);
create table unmade (a int);
insert into unmade values (1);
select count(distinct digest) from (select * from dbsync_digest('made') union all select * from dbsync_digest('unmade')) as both_tables;

-- ranges of a key: the same ones on both engines
create table numbered (id integer primary key, name text);
insert into numbered with recursive s(i) as (select 1 union all select i + 1 from s where i < 500) select i * 7 - 1000, 'n' || i from s;
select row_count, after_key, to_key from dbsync_digest('numbered', '{"range_rows": 64}');
select sum(row_count), count(*) from dbsync_digest('numbered', '{"range_rows": 1}');
select row_count, after_key, to_key, digest from dbsync_digest('numbered', '{"after": {"id": -22}, "to": {"id": 1e1}}');
select row_count, after_key, to_key from dbsync_digest('numbered', '{"range_rows": 1, "after": {"id": 2400}, "to": {"id": 2409.5}}');
select row_count, digest from dbsync_digest('numbered', '{"after": {"id": 9000}}');
-- of text in the order of its bytes, of some columns in their order in the key
create table "Named" ("Name" varchar(40), part numeric(6, 1), seen bigint, primary key ("Name", part));
insert into "Named" select substr('aBcdÉz', 1 + id % 6, 1) || name, id % 5 * 1.5, id from numbered where id > 0;
select row_count, after_key, to_key from dbsync_digest('"Named"', '{"range_rows": 32}');
select row_count, after_key, to_key from dbsync_digest('"Named"', '{"range_rows": 1, "after": {"Name": "an482", "part": 0}, "to": {"name": "an5", "part": 0}}');
create table tagged (tag uuid primary key, n int);
insert into tagged values ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 1), ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10', 2), ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10', 3);
select row_count, after_key, to_key from dbsync_digest('tagged', '{"range_rows": 1}');
select row_count from dbsync_digest('tagged', '{"after": {"tag": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10"}, "to": {"tag": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}}');
-- a row that is missing changes one range
delete from numbered where id = 701;
insert into numbered values (3000, 'last');
select row_count, after_key, to_key from dbsync_digest('numbered', '{"range_rows": 64, "after": {"id": 600}}');
select row_count, after_key, to_key from dbsync_digest('empty', '{"range_rows": 64}');

-- errors
select * from dbsync_digest('bag', '{"range_rows": 10}');
select * from dbsync_digest(null, '{"range_rows": 10}');
select * from dbsync_digest('numbered', '{"range_rows": 0}');
select * from dbsync_digest('numbered', '{"rows": 1}');
select * from dbsync_digest('numbered', '{"after": {"name": "n1"}}');
select * from dbsync_digest('numbered', '{"to": {"id": null}}');
select * from dbsync_digest('numbered', '{"to": {}}');
select * from dbsync_digest('"Named"', '{"to": {"Name": "n1"}}');
select * from dbsync_digest('nowhere');
create view v as select 1 as a;
select * from dbsync_digest('v');
select * from dbsync_digest('{"a": 1}');
