-- Rows that violate constraints of SQLite's: which are found, and which are not.

create temp view found as
	select constraint_name, kind, violations, sample_keys, message
	from dbcheck_constraints('planted');
create temp view all_found as
	select constraint_name, kind, violations, sample_keys
	from dbcheck_constraints('planted', '{"all": true}');

-- ---- NOT NULL, CHECK ----

create table planted (
	id integer primary key,
	a int not null check (a > 0),
	b text not null constraint short check (length(b) < 5), -- ) a comment
	"c d" check ("c d" in ("x", 'y')),
	check (a < 10 and "c d" <> 'y'),
	check (a <> 7 /* not ( this */)
);
create table plain (id integer primary key, a, b, "c d");
insert into plain values (1, 1, 'ok', 'x'), (2, null, 'ok', null), (3, 0, null, 'x'),
	(4, 7, 'longer', 'q'), (5, 11, x'', 'y'), (6, 3.5, 'ok', 'y');
.read plant.inc

-- every violation is found, and a CHECK that is null is satisfied
select * from found;
--> planted_a_not_null|not_null|1|[2]|1 row is null in a
--> planted_b_not_null|not_null|1|[3]|1 row is null in b
--> planted_a_check|check|1|[3]|1 row violates planted_a_check
--> planted_a_check1|check|1|[4]|1 row violates planted_a_check1
--> planted_c d_check|check|1|[4]|1 row violates "planted_c d_check"
--> planted_check|check|2|[5, 6]|2 rows violate planted_check
--> short|check|1|[4]|1 row violates short

-- a valid table gives no rows
delete from planted where id > 1;
select * from found;
select * from all_found;
--> planted_pkey|primary_key|0|
--> planted_a_not_null|not_null|0|
--> planted_b_not_null|not_null|0|
--> planted_a_check|check|0|
--> planted_a_check1|check|0|
--> planted_c d_check|check|0|
--> planted_check|check|0|
--> short|check|0|

drop table planted;
drop table plain;

-- violations of NOT NULL are found although SQLite assumes there are none
create table planted (a not null, b text not null, c real not null, d blob not null);
create table plain (a, b, c, d);
insert into plain values (1, 'x', 1, x'00'), (null, null, null, null), (1, 2.5, 3, 4);
.read plant.inc
select * from found;
select count(*) from planted where a is null;
--> planted_a_not_null|not_null|1|[{"rowid": 2}]|1 row is null in a
--> planted_b_not_null|not_null|1|[{"rowid": 2}]|1 row is null in b
--> planted_c_not_null|not_null|1|[{"rowid": 2}]|1 row is null in c
--> planted_d_not_null|not_null|1|[{"rowid": 2}]|1 row is null in d
--> planted_b_type|type|1|[{"rowid": 3}]|1 row has a value in b that is not of type TEXT
--> 0

drop table planted;
drop table plain;

-- ---- names ----

-- unnamed constraints get the names that PostgreSQL would give
create table planted (
	a int primary key check (a > 0) check (a > 1) unique,
	b text constraint "B's" unique references planted check (length(b) > a),
	c check (c > 0), "d ""e""" not null check ("d ""e""" > 0),
	constraint planted_a_check check (a > 2),
	check (1), check (planted.c > 5),
	unique (b, c), foreign key (b, c) references planted (b, c)
);
create unique index "by d" on planted ("d ""e""" desc);
select constraint_name, kind from all_found;
--> planted_pkey|primary_key
--> B's|unique
--> by d|unique
--> planted_b_c_key|unique
--> planted_b_c_fkey|foreign_key
--> planted_b_fkey|foreign_key
--> planted_d "e"_not_null|not_null
--> planted_a_check|check
--> planted_a_check1|check
--> planted_a_check2|check
--> planted_c_check|check
--> planted_c_check1|check
--> planted_check|check
--> planted_check1|check
--> planted_d "e"_check|check

drop table planted;
create table planted (
	a_name_that_is_as_long_as_names_may_be_in_postgresql_xxxxxxxxxxx int
		check (a_name_that_is_as_long_as_names_may_be_in_postgresql_xxxxxxxxxxx > 0),
	ünïcödë_ünïcödë_ünïcödë_ünïcödë_ünïcödë_ünïcödë text unique);

-- generated names are cut to PostgreSQL's limit
select constraint_name, length(cast(constraint_name as blob)) from all_found;
--> planted_ünïcödë_ünïcödë_ünïcödë_ünïcödë_ün_key|63
--> planted_a_name_that_is_as_long_as_names_may_be_in_postgre_check|63

drop table planted;

-- ---- keys of rows ----

-- the key shown is an object for several columns, the rowid for none
create table planted (a, b check (b > 0), c, primary key (c, a)) without rowid;
insert into planted values (1, 1, 'x');
pragma ignore_check_constraints = on;
insert into planted values (2.5, -1, 'a "quoted" key'), (x'00ff', -1, ''), (3, -1, cast(x'61ff62' as text));
pragma ignore_check_constraints = off;
select violations, sample_keys from found;
--> 3|[{"a": "X'00FF'", "c": ""}, {"a": 2.5, "c": "a \"quoted\" key"}, {"a": 3, "c": "a�b"}]

-- a column named rowid does not hide the rowid
drop table planted;
create table planted (a check (a > 0), "rowid");
pragma ignore_check_constraints = on;
insert into planted values (-1, 'mine'), (1, 'mine'), (-2, 'mine');
select violations, sample_keys from found;
--> 2|[{"rowid": 1}, {"rowid": 3}]

-- a null key is replaced by the rowid
drop table planted;
create table planted (a text primary key check (length(a) < 2), b check (b > 0));
insert into planted values (null, -1), ('xx', -1), (null, 1);
select violations, sample_keys from found;
--> 1|["xx"]
--> 2|[{"rowid": 1}, "xx"]

-- the option for sample keys limits how many keys are shown
delete from planted;
insert into planted select 'key ' || value, 1 from generate_series(1, 30);
select violations, json_array_length(sample_keys), sample_keys ->> 9 from found;
select violations, sample_keys from dbcheck_constraints('planted', '{"samples": 2}');
select violations, sample_keys from dbcheck_constraints('planted', '{"samples": 0}');
pragma ignore_check_constraints = off;
--> 30|10|key 10
--> 30|["key 1", "key 2"]
--> 30|

drop table planted;

-- ---- what cannot be verified ----

create table planted (id integer primary key, a check (json_extract(a, '$.n') > 0),
	b check (b > 0), c check (abs(c) > 0), d int references planted,
	e references parent (x), f references parent, g unique, h text unique);
create table parent (x, y);
insert into planted (id, a) values (1, '{"n": 1}');
pragma ignore_check_constraints = on;
insert into planted values (2, '{', 0, 0, 0, 0, 0, 7, 'x'), (3, null, 1, -9223372036854775808, null, null, null, 8, 'y');
pragma ignore_check_constraints = off;

-- a constraint that fails is unknown, and the others are verified
select * from found;
--> planted_d_fkey|foreign_key|1|[2]|1 row has no parent in planted (id)
--> planted_e_fkey|foreign_key|||parent has no unique key of (x)
--> planted_f_fkey|foreign_key|||parent has no primary key of 1 column
--> planted_a_check|check|||malformed JSON
--> planted_b_check|check|1|[2]|1 row violates planted_b_check
--> planted_c_check|check|||integer overflow

drop table planted;
drop table parent;

create table planted (a not null, b not null, c not null, j check (json_extract(j, '$.n') > 0));
create table plain (a, b, c, j);
insert into plain values (1, null, 1, null), (null, 1, 1, '{'), (null, 1, 1, null);
.read plant.inc

-- a failed scan does not affect the next scan
select * from found;
--> planted_a_not_null|not_null|2|[{"rowid": 2}, {"rowid": 3}]|2 rows are null in a
--> planted_b_not_null|not_null|1|[{"rowid": 1}]|1 row is null in b
--> planted_j_check|check|||malformed JSON

drop table planted;
drop table plain;

-- a missing function is reported
create table planted (a check (upper(a) = 'X'), b check (b > 0));
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'upper', 'no_such_function') where name = 'planted';
pragma writable_schema = reset;
select * from found;
--> planted_a_check|check|||no such function: no_such_function

drop table planted;

-- constraints may call only functions that stored SQL may call
-- until 3.49: SQLite 3.50 refuses such a table when it is created
create table planted (a check ("writefile" /* ( */ ('hacked', a) > 0), b check (b > 0), c check (c not like 'x'));
pragma ignore_check_constraints = on;
insert into planted values ('x', -1, 1);
pragma ignore_check_constraints = off;
select * from found;
select readfile('hacked') is null;
--> planted_a_check|check|||unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS
--> planted_b_check|check|1|[{"rowid": 1}]|1 row violates planted_b_check
--> 1

-- a table named like a pragma does not decide which functions are allowed
-- until 3.49: SQLite 3.50 refuses such a table when it is created
create table pragma_function_list (name, builtin, type, enc, narg, flags);
select * from found where constraint_name = 'planted_a_check';
select readfile('hacked') is null;
--> planted_a_check|check|||unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS
--> 1

drop table pragma_function_list;
drop table if exists planted;

-- ---- types ----

create table planted (id integer primary key, i int, r real, t text, b blob, x any, n integer as (t || '') stored) strict;
create table plain (id integer primary key, i, r, t, b, x, n);
insert into plain values (1, 1, 1.5, 'x', x'01', null, 1), (2, 1.5, 'x', 2, 'x', 'any', 'x'), (3, 'x', x'', x'', 4, x'', null),
	(4, null, 3, null, null, 1.5, null);
.read plant.inc

-- values of a STRICT table are checked against its types
select * from found;
--> planted_b_type|type|2|[2, 3]|2 rows have a value in b that is not of type BLOB
--> planted_i_type|type|2|[2, 3]|2 rows have a value in i that is not of type INT
--> planted_n_type|type|1|[2]|1 row has a value in n that is not of type INTEGER
--> planted_r_type|type|2|[2, 3]|2 rows have a value in r that is not of type REAL
--> planted_t_type|type|2|[2, 3]|2 rows have a value in t that is not of type TEXT

drop table planted;
drop table plain;
create table planted (id integer primary key, i int, t varchar(10), r double precision, d date, n numeric, b blob, o);
create table plain (id integer primary key, i blob, t blob, r blob, d blob, n blob, b blob, o blob);
insert into plain values (1, 1, 'x', 1.5, '2026-01-01', 1, x'', x''), (2, '12', 3, '1e3', ' 5 ', '0x10', 5, 5),
	(3, 'x', x'00', x'31', '1e', '', 'x', 'x'), (4, 1.5, null, 2, 20260101, '-.5', null, 1.5);
.read plant.inc

-- values of an ordinary table are checked against column affinity
select * from found;
--> planted_d_type|type|1|[2]|1 row has a value in d that is not of type date
--> planted_i_type|type|1|[2]|1 row has a value in i that is not of type INT
--> planted_n_type|type|1|[4]|1 row has a value in n that is not of type numeric
--> planted_r_type|type|1|[2]|1 row has a value in r that is not of type double precision
--> planted_t_type|type|1|[2]|1 row has a value in t that is not of type varchar(10)

-- an option checks values against the declared types
select constraint_name, violations, sample_keys, message from dbcheck_constraints('planted', '{"types": "declared"}');
--> planted_b_type|2|[2, 3]|2 rows have a value in b that is not of type BLOB
--> planted_d_type|1|[2]|1 row has a value in d that is not of type date
--> planted_i_type|3|[2, 3, 4]|3 rows have a value in i that is not of type INT
--> planted_n_type|3|[2, 3, 4]|3 rows have a value in n that is not of type numeric
--> planted_r_type|2|[2, 3]|2 rows have a value in r that is not of type double precision
--> planted_t_type|2|[2, 3]|2 rows have a value in t that is not of type varchar(10)

drop table planted;
drop table plain;

-- ---- places ----

-- attached databases and generated columns are verified
attach ':memory:' as other;
create table other.parent (k text primary key collate nocase);
insert into other.parent values ('A');
create table other.planted (x int, y text generated always as (x * 2) virtual references parent,
	z int as (x + 1) stored check (z < 5), w as (nullif(x, 7)) not null);
pragma foreign_keys = off;
pragma ignore_check_constraints = on;
insert into other.planted (x) values (1), (6);
pragma ignore_check_constraints = off;
select table_name, constraint_name, violations, sample_keys, message from dbcheck_constraints('other.planted');
--> other.planted|planted_y_fkey|2|[{"rowid": 1}, {"rowid": 2}]|2 rows have no parent in other.parent (k)
--> other.planted|planted_z_check|1|[{"rowid": 2}]|1 row violates planted_z_check

create temp table "Odd ""name""" ("a ""b""" int check ("a ""b""" > 0), c int references "Odd ""name""" ("a ""b""")) strict;
pragma ignore_check_constraints = on;
insert into "Odd ""name""" values (0, 1);
pragma ignore_check_constraints = off;

-- temporary tables with names that need quotes are verified
select * from dbcheck_constraints('"Odd ""name"""');
--> temp."Odd ""name"""|Odd "name"_c_fkey|foreign_key|||temp."Odd ""name""" has no unique key of ("a ""b""")
--> temp."Odd ""name"""|Odd "name"_a "b"_check|check|1|[{"rowid": 1}]|1 row violates "Odd ""name""_a ""b""_check"

-- uncommitted rows are verified
create table planted (a references planted (b) deferrable initially deferred, b unique);
pragma foreign_keys = on;
begin;
insert into planted values (1, 2), (2, 3);
select constraint_name, violations, sample_keys from found;
rollback;
pragma foreign_keys = off;
select count(*) from found;
--> planted_a_fkey|1|[{"rowid": 1}]
--> 0

drop table planted;

-- ---- large tables ----

create table sparse (id integer primary key, p references sparse);
insert into sparse (id) select value * 1000000000000 from generate_series(1, 70000);
.once added.txt
select dbcheck_rule_add('progress', 'sparse',
	'id < 70000000000000000 or (select total < 1000000 from dbcare_progress where phase = ''sparse'')');

-- sparse rowids are not taken for a number of rows
select name, violations, message from dbcheck_run('{"sources": ["constraint", "rule"], "relation": "sparse"}');
select count(*) from sparse;
--> 70000

.once create.sql
select 'create table planted (id integer primary key' || group_concat(', "c ' || value || '" int not null check ("c ' || value || '" > 0)', '') || ') strict;'
	|| 'create table plain (id integer primary key' || group_concat(', "c ' || value || '"', '') || ');'
	|| 'insert into plain values (1' || group_concat(', ' || value, '') || '), (2' || group_concat(iif(value = 777, ', -1', iif(value = 1999, ', null', ', 1')), '')
	|| '), (3' || group_concat(iif(value = 1, ', ''x''', ', 5'), '') || ');'
from generate_series(1, 1999);
.read create.sql
.read plant.inc

-- a table may have two thousand columns with three constraints each
select * from found;
select count(*) from all_found;
--> planted_c 1999_not_null|not_null|1|[2]|1 row is null in "c 1999"
--> planted_c 777_check|check|1|[2]|1 row violates "planted_c 777_check"
--> planted_c 1_type|type|1|[3]|1 row has a value in "c 1" that is not of type INT
--> 5998
