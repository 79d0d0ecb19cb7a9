-- Foreign keys: which rows have no parent, as PRAGMA foreign_key_check says.

create temp view found as
	select constraint_name, violations, sample_keys, message
	from dbcheck_constraints('planted');
-- what the engine says: rows by the number of the key, last declared first
create temp view engine as
	select fkid, count(*) as violations, json_group_array("rowid") as sample_keys
	from pragma_foreign_key_check('planted') group by fkid;
create table numbers (id integer primary key, x);
insert into numbers values (1, 'one'), (2, 'two'), (5, 'five'), (-7, ''), (9007199254740993, 'large');
create table texts (k text unique, n text collate nocase unique, r text collate rtrim unique, b text unique collate binary);
insert into texts values ('a', 'B', 'c  ', 'd'), ('1', '1.0', '01 ', x'31'), (null, null, null, null), ('x' || char(0) || 'y', 'X' || char(0) || 'y', '', '');
create table anything (v unique, r real unique, i int unique, n numeric unique);
insert into anything values (1, 1, 1, 1), ('1', 2.5, 'two', '3.50'), (x'31', 1e300, 4, 9.3e18), (2.5, -0.0, 0, 1e400);

-- ---- comparison ----

create table planted (id integer primary key, v references numbers, i int references numbers, t text references numbers,
	k references texts (k), kt text references texts (k), n references texts (n), nt text references texts (n),
	r references texts (r), b references texts (b), av references anything (v), at text references anything (v),
	ar references anything (r), ai references anything (i), an references anything (n));
create temp table samples (v);
insert into samples values (1), ('1'), ('1.0'), (' 1 '), ('01'), ('+1'), ('1x'), ('0x1'), (1.0), (1.5), (2.5), ('2.5'), (x'31'), (''), (x''),
	('a'), ('A'), ('a '), ('B'), ('b'), ('b '), ('c'), ('c '), ('C'), ('d'), ('D'), ('two'), ('3.5'), (3.5), ('3.50'), (9007199254740993),
	(9007199254740992.0), ('9007199254740993'), (9223372036854775807), (9.3e18), ('9300000000000000000'), (9e999), (-9e999), (-0.0), ('-0'),
	('x' || char(0) || 'y'), ('x' || char(0) || 'z'), ('X' || char(0) || 'Y'), (null), ('ä'), ('Ä'), (1e300), ('1e300'), (0), ('5.'), (-7);
insert into planted select null, v, v, v, v, v, v, v, v, v, v, v, v, v, v from samples;

-- the rules of the parent decide whether two values are equal
select f."from", e.violations, e.violations = c.violations and e.sample_keys = json(c.sample_keys)
from engine as e join pragma_foreign_key_list('planted') as f on f.id = e.fkid
	left join dbcheck_constraints('planted', '{"samples": 100}') as c on c.constraint_name = 'planted_' || f."from" || '_fkey'
order by 1;
--> ai|39|1
--> an|37|1
--> ar|36|1
--> at|47|1
--> av|45|1
--> b|47|1
--> i|39|1
--> k|46|1
--> kt|46|1
--> n|43|1
--> nt|43|1
--> r|46|1
--> t|39|1
--> v|39|1

-- few rows with large parents give the same without sets of keys
create table many (id integer primary key, k text unique collate nocase, x int, y int, unique (x, y));
insert into many select value, 'key ' || value, value % 100, value from generate_series(1, 70000);
create table few (k text references many (k), id int references many, x int, y int, foreign key (y, x) references many (y, x));
insert into few values ('KEY 5', 5, 5, 5), ('key 70001', 70001, 1, 70001), (null, null, null, 70001), ('key', 'key', 7, 8);
select constraint_name, violations, sample_keys from dbcheck_constraints('few');
select count(*) from pragma_foreign_key_check('few');
--> few_id_fkey|2|[{"rowid": 2}, {"rowid": 4}]
--> few_k_fkey|2|[{"rowid": 2}, {"rowid": 4}]
--> few_y_x_fkey|2|[{"rowid": 2}, {"rowid": 4}]
--> 6

-- a parent may be larger than the memory for sets of keys
create table lot (k references many (k), id references many, x, y, foreign key (y, x) references many (y, x));
insert into lot select 'Key ' || value, value, value % 100, value from generate_series(-5, 70003);
.once added.txt
select dbcare_set('check_memory_mb', '1');
select constraint_name, violations, sample_keys from dbcheck_constraints('lot', '{"samples": 3}');
select count(*) from pragma_foreign_key_check('lot');
.once added.txt
select dbcare_set('check_memory_mb', '64');
select constraint_name, violations from dbcheck_constraints('lot');
--> lot_id_fkey|9|[{"rowid": 1}, {"rowid": 2}, {"rowid": 3}]
--> lot_k_fkey|9|[{"rowid": 1}, {"rowid": 2}, {"rowid": 3}]
--> lot_y_x_fkey|9|[{"rowid": 1}, {"rowid": 2}, {"rowid": 3}]
--> 27
--> lot_id_fkey|9
--> lot_k_fkey|9
--> lot_y_x_fkey|9

drop table few;
drop table lot;
drop table many;
drop table planted;

-- ---- shapes ----

-- a null in a key of several columns satisfies it
create table pairs (a int, b text collate nocase, c, primary key (b, a), unique (c, a)) without rowid;
insert into pairs values (1, 'x', 1), (2, 'y', null), (3, '', 2.0);
create table planted (id integer primary key, a, b, c, foreign key (a, b) references pairs (a, b), foreign key (b, a) references pairs,
	foreign key (c, a) references pairs (c, a));
insert into planted (a, b, c) values (1, 'X', 1.0), ('1', 'x', 1), (1, 'y', null), (null, 'q', 7), (2, 'Y', null), (3, '', '2'), (3.5, '', 2);
select constraint_name, violations, sample_keys, message from found;
select fkid, violations, sample_keys from engine;
--> planted_a_b_fkey|2|[3, 7]|2 rows have no parent in pairs (a, b)
--> planted_b_a_fkey|2|[3, 7]|2 rows have no parent in pairs (b, a)
--> planted_c_a_fkey|2|[6, 7]|2 rows have no parent in pairs (c, a)
--> 0|2|[6,7]
--> 1|2|[3,7]
--> 2|2|[3,7]

drop table planted;

-- rows of a self-referring WITHOUT ROWID table are named
create table planted (a text, b int, p text, q int, primary key (a, b), foreign key (p, q) references planted) without rowid;
insert into planted values ('a', 1, null, 1), ('b', 2, 'a', 1), ('c', 3, 'a', 2), ('d', 4, 'd', 4), ('e', 5, 'E', 5);
select * from found;
select * from engine;
--> planted_p_q_fkey|2|[{"a": "c", "b": 3}, {"a": "e", "b": 5}]|2 rows have no parent in planted (a, b)
--> 0|2|[null,null]

drop table planted;

-- parent and child columns may be generated
create table made (x int, k as (x * 2) unique, s text as ('s' || x) stored unique);
insert into made (x) values (1), (2);
create table planted (x int, k as (x + 1) references made (k), s text as ('s' || x) stored references made (s));
insert into planted (x) values (1), (2), (3);
select * from found;
select fkid, violations, sample_keys from engine;
--> planted_k_fkey|1|[{"rowid": 2}]|1 row has no parent in made (k)
--> planted_s_fkey|1|[{"rowid": 3}]|1 row has no parent in made (s)
--> 0|1|[3]
--> 1|1|[2]

drop table planted;

-- a missing parent table gives orphans, a view or a missing key is unknown
create view seen as select 1 as id;
create table partly (a, b int primary key, c collate nocase);
create unique index partly_a on partly (a) where a > 0;
create unique index partly_c on partly (c collate binary);
create unique index partly_e on partly (lower(c));
create table planted (a references nowhere, b references seen (id), c references partly (a), d references partly (c), e references partly (z),
	f int references PARTLY, g references partly (B), foreign key (a, b) references partly, foreign key (a, b) references nowhere (x, y));
insert into planted values (1, 1, 1, 1, 1, 1, 1), (null, null, null, null, null, null, null), (2, null, 2, 2, 2, null, null);
select * from found;
select count(*) from engine;
--> planted_a_b_fkey|||partly has no primary key of 2 columns
--> planted_a_b_fkey1|1|[{"rowid": 1}]|1 row has no parent in nowhere (x, y)
--> planted_a_fkey|2|[{"rowid": 1}, {"rowid": 3}]|2 rows have no parent in nowhere (a)
--> planted_b_fkey|||seen has no unique key of (id)
--> planted_c_fkey|||partly has no unique key of (a)
--> planted_d_fkey|||partly has no unique key of (c)
--> planted_e_fkey|||partly has no unique key of (z)
--> planted_f_fkey|1|[{"rowid": 1}]|1 row has no parent in partly (b)
--> planted_g_fkey|1|[{"rowid": 1}]|1 row has no parent in partly (b)
--> ERROR: foreign key mismatch - "planted" referencing "partly"

drop table planted;

-- comparison uses the collation of the primary key unless parent columns are named
create table primarily (a text, b text collate nocase unique, primary key (a collate nocase, b collate binary));
create unique index primarily_a on primarily (a);
create table single (k text, primary key (k collate nocase));
create unique index single_k on single (k);
insert into primarily values ('A', 'B');
insert into single values ('A');
create table planted (id integer primary key, a references primarily (a), b references primarily (b), k references single (k),
	k2 references single, foreign key (a, b) references primarily);
insert into planted (a, b, k, k2) values ('A', 'B', 'A', 'a'), ('a', 'B', 'a', 'A'), ('a', 'b', null, 'b');
select constraint_name, violations, sample_keys from found;
select fkid, violations, sample_keys from engine;
insert into single select 'key ' || value from generate_series(1, 60000);
select constraint_name, violations, sample_keys from found;
--> planted_a_b_fkey|1|[3]
--> planted_a_fkey|2|[2, 3]
--> planted_k2_fkey|1|[3]
--> planted_k_fkey|1|[2]
--> 0|1|[3]
--> 1|1|[3]
--> 2|1|[2]
--> 4|2|[2,3]
--> planted_a_b_fkey|1|[3]
--> planted_a_fkey|2|[2, 3]
--> planted_k2_fkey|1|[3]
--> planted_k_fkey|1|[2]

drop table planted;

create table "dbcare parent" (id integer primary key, x references "dbcare parent" (y), y text collate uint unique);
insert into "dbcare parent" values (1, 'a1', 'a01'), (2, 'b', 'c');

-- table names cannot collide with those of the query
select orphans, sample_keys from dbcheck_orphans('"dbcare parent"');
select dbcheck_repair('{"relation": "\"dbcare parent\"", "orphans": "quarantine"}') ->> 'message';
--> 1|[2]
--> 1 row to be repaired

drop table "dbcare parent";

-- a key may have more columns than a function may have arguments
.once create.sql
select 'create table wide (' || names || ', primary key (' || names || '));'
	|| 'create table planted (' || names || ', foreign key (' || names || ') references wide);'
	|| 'insert into wide values (' || numbers || ');'
	|| 'insert into planted values (' || numbers || '), (0' || substr(numbers, 2) || ');'
from (select group_concat('c' || value) as names, group_concat(value) as numbers from generate_series(1, 130));
.read create.sql
select violations, sample_keys from found;
--> 1|[{"rowid": 2}]

drop table planted;

-- one hundred keys are verified in one pass and share the set of a parent
.once create.sql
select 'create table planted (' || group_concat('c' || value || ' references numbers') || ');' from generate_series(1, 100);
.read create.sql
insert into planted (c1, c50, c100) values (1, 2, 5), (3, 4, 'five'), (2, 3, null);
select constraint_name, violations, sample_keys from found;
--> planted_c100_fkey|1|[{"rowid": 2}]
--> planted_c1_fkey|1|[{"rowid": 2}]
--> planted_c50_fkey|2|[{"rowid": 2}, {"rowid": 3}]

drop table planted;

-- parents are read from the table, not from its index
create table planted (k text unique);
create table plain (k text);
insert into planted values ('in the index');
insert into plain values ('in the table');
create table child (k references planted (k));
insert into child values ('in the index'), ('in the table');
.read plant.inc
select violations, sample_keys from dbcheck_constraints('child');
--> 1|[{"rowid": 1}]

drop table child;
drop table planted;
drop table plain;

-- ---- references that are not declared ----

-- parent columns may be unique, not unique or not indexed
create table planted (id integer primary key, a, b text, c);
insert into planted values (1, 1, 'one', 'B'), (2, '2', 'TWO', 'b'), (3, 3, 'six', 'b '), (4, null, null, null);
create table plain (n text collate nocase);
insert into plain values ('b'), ('B'), (null), ('x');
create temp table wanted as select json('{"relations": [{"child": "planted.a", "parent": "numbers.id"},
	{"child": "planted.b", "parent": "numbers.x"}, {"child": "planted.c", "parent": "plain.n"}, {"child": "planted.c", "parent": "texts.n"}]}') as relations;
select parent_table, orphans, sample_keys, message from wanted, dbcheck_orphans(null, relations);
--> numbers|1|[3]|1 row has no parent in numbers (id)
--> numbers|2|[2, 3]|2 rows have no parent in numbers (x)
--> plain|1|[3]|1 row has no parent in plain (n)
--> texts|1|[3]|1 row has no parent in texts (n)

-- a parent without an index may be larger than the memory for sets of keys
create table keys (n text collate nocase);
insert into keys select 'key ' || value from generate_series(1, 150000);
insert into planted (c) values ('KEY 150000'), ('key 150001');
.once added.txt
select dbcare_set('check_memory_mb', '1');
select orphans, sample_keys from dbcheck_orphans(null, '{"relations": [{"child": "planted.c", "parent": "keys.n"}]}');
--> 4|[1, 2, 3, 6]

-- texts and numbers are compared as SQLite converts them
create table form (t);
with digit (d) as (values (''), ('5'), ('05'), ('9223372036854775807'), ('9223372036854775808'), ('123456789012345678901234567890')),
	sign (s) as (values (''), ('-'), ('+'), ('+-')),
	fraction (f) as (values (''), ('.'), ('.0'), ('.5'), ('..')),
	exponent (e) as (values (''), ('e'), ('e1'), ('E+1'), ('e-'), ('e-1'), ('x'), ('e400')),
	space (b) as (values (''), (' ' || char(9, 10, 11, 12, 13)), (char(0)), (char(0) || '1'))
insert into form select left.b || s || d || f || e || right.b from digit, sign, fraction, exponent, space as left, space as right;
insert into form values (1.0 / 3), (1e300), (-0.0), (1e15), (1e16), (123456789.125), (5), (-7), (9223372036854775807);
create table number_form (n numeric unique, r real unique, t text unique);
insert or ignore into number_form select t, t, t from form where rowid % 2;
create table form_child (id integer primary key, n references number_form (n), r references number_form (r), t numeric references number_form (t));
insert into form_child select rowid, t, t, t from form;
select count(*), sum(orphans) > 1000 from dbcheck_orphans('form_child')
where orphans in (select count(*) from pragma_foreign_key_check('form_child') group by fkid);
--> 3|1
