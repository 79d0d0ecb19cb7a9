-- Primary keys and unique indexes: which rows repeat a key.

create temp view found as
	select constraint_name, kind, violations, sample_keys, message
	from dbcheck_constraints('planted');

-- ---- which keys are equal ----

create table planted (id integer primary key, v unique, i int unique, t text unique, n text collate nocase unique,
	r text collate rtrim unique, x real unique);
create table plain (id integer primary key, v, i int, t text, n text collate nocase, r text collate rtrim, x real);
create temp table samples (v);
insert into samples values (1), (1.0), ('1'), ('1.0'), (x'31'), (2.5), ('2.5'), (''), (x''), ('a'), ('A'), ('a '), ('A  '),
	('ä'), ('Ä'), (9007199254740993), (9007199254740992.0), (9007199254740992), (-0.0), (0), (9e999), (-9e999), (9e999),
	('x' || char(0) || 'y'), ('X' || char(0) || 'Z'), ('x' || char(0) || 'yy'), (null), (null), (1e300), (9.3e18), (1);
insert into plain select null, v, v, v, v, v, v from samples;
.read plant.inc

-- storage classes and collations of the index decide; nulls are distinct
select constraint_name, violations, sample_keys, message from found;
--> planted_i_key|8|[2, 3, 4, 7, 18, 20, 23, 31]|8 rows repeat a key of (i)
--> planted_n_key|7|[3, 4, 7, 11, 23, 25, 31]|7 rows repeat a key of (n)
--> planted_r_key|7|[3, 4, 7, 12, 13, 23, 31]|7 rows repeat a key of (r)
--> planted_t_key|5|[3, 4, 7, 23, 31]|5 rows repeat a key of (t)
--> planted_v_key|5|[2, 18, 20, 23, 31]|5 rows repeat a key of (v)
--> planted_x_key|9|[2, 3, 4, 7, 17, 18, 20, 23, 31]|9 rows repeat a key of (x)

-- the numbers agree with count(distinct)
select count(*) - count(distinct v), count(*) - count(distinct i), count(*) - count(distinct t),
	count(*) - count(distinct n), count(*) - count(distinct r), count(*) - count(distinct x)
from planted not indexed where v is not null;
--> 5|8|5|7|7|9

-- (valgrind computes long doubles as doubles, so that SQLite takes 2^53 + 1 for the
-- real number 2^53, and sorts them as it happens to meet them)
-- sorted keys give the same as a set in memory
.once added.txt
select dbcare_set('check_memory_mb', '1');
create temp table before as select * from found;
insert into planted (n) select 'key ' || value from generate_series(1, 120000);
create temp table after as select * from found;
select constraint_name from before
where (constraint_name, violations, sample_keys) in (select constraint_name, violations, sample_keys from after)
	or 9007199254740993 = 9007199254740992.0;
.once added.txt
select dbcare_set('check_memory_mb', '64');
--> planted_i_key
--> planted_n_key
--> planted_r_key
--> planted_t_key
--> planted_v_key
--> planted_x_key

drop table before;
drop table after;
drop table planted;
drop table plain;

-- ---- what a key may be ----

create table planted (a, b, c, constraint both primary key (a, b desc), constraint "a c" unique (c, a), unique (a collate nocase, b));
create unique index "part" on planted (b) where c > 1 /* or so */;
create unique index planted_expr on planted (lower(a) collate rtrim desc, b + 1, "c") where a is not null and b <> ')';
create unique index not_text on planted (a) where typeof(a) <> 'text'
;
create table plain (a, b, c);
insert into plain values ('a', 1, 1), ('A', 1, 1.0), ('a', 1, 2), ('A ', 1, 1), (null, 1, 2), (null, 1, 2), ('a', null, 1), ('a', null, null),
	(1, 2, 3), (1.0, 2, 0), ('z', ')', 3), ('z', ')', 4);
.read plant.inc

-- keys may have several columns, conditions and expressions
select * from found;
--> both|primary_key|3|[{"a": "a", "b": 1}, {"a": 1, "b": 2}, {"a": "z", "b": ")"}]|3 rows repeat a key of (a, b)
--> a c|unique|1|[{"rowid": 7}]|1 row repeats a key of (c, a)
--> not_text|unique|1|[{"a": 1, "b": 2}]|1 row repeats a key of (a)
--> part|unique|3|[{"rowid": 5}, {"rowid": 6}, {"a": "z", "b": ")"}]|3 rows repeat a key of (b)
--> planted_a_b_key|unique|4|[{"a": "A", "b": 1}, {"a": "a", "b": 1}, {"a": 1, "b": 2}, {"a": "z", "b": ")"}]|4 rows repeat a key of (a, b)
--> planted_expr|unique|2|[{"a": "A", "b": 1}, {"a": "A ", "b": 1}]|2 rows repeat a key of (lower(a) collate rtrim, b + 1, c)

drop table planted;
drop table plain;

-- a primary key WITHOUT ROWID is verified by its rows
create table planted (a text collate nocase, b int, c unique, primary key (b, a)) without rowid;
create table plain (a text, b int, c, primary key (b, a)) without rowid;
insert into plain values ('a', 1, 1), ('A', 1, 2), ('b', 1, 2), ('a', 2, null);
.read plant.inc
select * from found;
--> planted_pkey|primary_key|1|[{"a": "a", "b": 1}]|1 row repeats a key of (b, a)
--> planted_c_key|unique|1|[{"a": "b", "b": 1}]|1 row repeats a key of (c)

drop table planted;
drop table plain;

-- two equal indexes are one constraint
create table planted (a int primary key, b unique, unique (a), unique (b));
select constraint_name, kind from dbcheck_constraints('planted', '{"all": true, "kinds": ["unique", "primary_key"]}');
--> planted_pkey|primary_key
--> planted_b_key|unique

drop table planted;

-- ---- expressions that fail ----

create table planted (id integer primary key, j);
insert into planted (j) values ('{"a": 1}'), ('{"a": 2}');
create unique index by_a on planted (json_extract(j, '$.a'));
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '$.a', 'no path') where name = 'by_a';
pragma writable_schema = reset;

-- are not known
-- until 3.40: SQLite names the error in other words
select * from found;
--> by_a|unique|||JSON path error near 'no path'

-- ---- an index that is wrong ----

drop table planted;
create table planted (id integer primary key, a unique, b text unique);
create table plain (id integer primary key, a, b text);
insert into planted values (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z');
insert into plain values (1, 1, 'x'), (2, 1, 'x'), (3, 3, 'z');
.read plant.inc

-- is not believed
select * from found;
select count(*) from planted where a = 2;
--> planted_a_key|unique|1|[2]|1 row repeats a key of (a)
--> planted_b_key|unique|1|[2]|1 row repeats a key of (b)
--> 1

drop table planted;
drop table plain;

-- ---- a collation of the application's ----

-- decides as it does: keys of it are sorted, parents sought
create table planted (k text collate uint unique);
create table plain (k text collate uint);
insert into plain values ('a1'), ('a01'), ('A1'), ('a10');
.read plant.inc
select * from found;
drop table plain;
create table plain (k text collate uint unique);
insert into plain values ('a1'), ('a2');
create table child (p text references plain (k));
insert into child values ('a01'), ('a002'), ('A1'), (null);
select constraint_name, violations, sample_keys from dbcheck_constraints('child');
select count(*) from pragma_foreign_key_check('child');
--> planted_k_key|unique|1|[{"rowid": 2}]|1 row repeats a key of (k)
--> child_p_fkey|1|[{"rowid": 3}]
--> 1
