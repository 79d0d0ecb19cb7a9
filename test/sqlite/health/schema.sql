-- Health checks of the schema that PostgreSQL has, too: redundant_indexes,
-- implied_fk_missing, fk_type_mismatch, unused_indexes, version_eol.

-- ---- redundant_indexes ----

update topic set id = 'redundant_indexes';
select severity, object from said;
--> ok|

-- an index that is a prefix of another is redundant
create table t (id integer primary key, a text, b int, c int, "odd ""name" int, unique (c, b));
create index t_a on t (a);
create index t_ab on t (a, b);
create index t_c on t (c);
create index "odd ""one" on t ("odd ""name");
create index t_odd_b on t ("odd ""name", b desc);
select severity, object, message, fix_sql from said;
--> info|"odd ""one"|index "odd ""one" is a prefix of index t_odd_b|DROP INDEX main."odd ""one";
--> info|t_a|index t_a is a prefix of index t_ab|DROP INDEX main."t_a";
--> info|t_c|index t_c is a prefix of index sqlite_autoindex_t_1|DROP INDEX main."t_c";

-- fix_sql drops the redundant index
.read repair.inc
select severity, object from said;
--> ok|

-- an index with another purpose is not redundant
create table u (a text, b int, c int);
create index u_ab on u (a, b);
create index u_ba on u (b, a);
create unique index u_a_unique on u (a);
create index u_a_nocase on u (a collate nocase);
create index u_a_desc on u (a desc);
create index u_a_partial on u (a) where b > 0;
create index u_c on u (c);
create index u_cb_partial on u (c, b) where b > 0;
create index u_expression on u (c + 1);
create index u_expressions on u (c + 2, b);
select severity, object from said;
--> ok|

-- an equal index is left to another check
create index u_ab_again on u (a, b);
select severity, object from said;
drop index u_ab_again;
--> ok|

-- a large redundant index is a warning
create table large (a text, b int);
create index large_a on large (a);
create index large_ab on large (a, b);
insert into large values (zeroblob(12000000), 1);
select severity, object, value between 1 and 1.2 from said;
--> warning|large_a|1

-- ---- implied_fk_missing ----

-- an empty database has no implied keys
.open implied.db
.read begin.inc
update topic set id = 'implied_fk_missing';
select severity, object from said;
--> ok|

-- a column with name and type of a key implies a foreign key
create table customer (id integer primary key);
create table orders (id integer primary key, customer_id integer, customerId bigint);
create table categories (category_id text primary key);
create table boxes (id int primary key);
create table "Order Items" (order_id int, "category_id" varchar(10), box_id int, "CustomerID" int);
select severity, object, message, fix_sql from said;
--> info|"Order Items"|"Order Items" has no foreign key on "CustomerID", which looks like the key of customer|
--> info|"Order Items"|"Order Items" has no foreign key on box_id, which looks like the key of boxes|
--> info|"Order Items"|"Order Items" has no foreign key on category_id, which looks like the key of categories|
--> info|"Order Items"|"Order Items" has no foreign key on order_id, which looks like the key of orders|
--> info|orders|orders has no foreign key on "customerId", which looks like the key of customer|
--> info|orders|orders has no foreign key on customer_id, which looks like the key of customer|

-- declared keys, other types and ambiguous names imply no key
drop table "Order Items";
drop table orders;
create table orders (id integer primary key, customer_id integer references customer, category_id int,
	box_id int, box_type text, paid int, customer_grid int);
select severity, object from said;
--> ok|

-- keys of two columns and a table's own key imply no key
create table pair (a int, b int, primary key (a, b));
create table pointing (pointing_id integer primary key, pair_id int);
select severity, object from said;
--> ok|

-- ---- fk_type_mismatch ----

-- foreign keys with the parent's type are no finding
update topic set id = 'fk_type_mismatch';
select severity, object from said;
--> ok|

-- types of one kind match
create table keys (id integer primary key, name varchar(10) unique, price real unique, any_one unique);
create table good (a bigint references keys, b decimal references keys (id), c text references keys (name),
	d numeric references keys (price), e references keys (any_one));
select severity, object from said;
--> ok|

-- text and numbers do not match
create table bad (a text references keys, b int references keys (NAME), "odd ""name" references Keys (id),
	c int references keys (any_one));
select severity, object, message from said;
--> info|bad|foreign key of bad does not match the key it references: c is INT, but any_one of keys is of no type
--> info|bad|foreign key of bad does not match the key it references: "odd ""name" is of no type, but id of keys is INTEGER
--> warning|bad|foreign key of bad does not match the key it references: b is INT, but name of keys is varchar(10)
--> warning|bad|foreign key of bad does not match the key it references: a is TEXT, but id of keys is INTEGER

-- a missing parent table has no type to compare
drop table bad;
create table lost (a text references nowhere (id), b text references keys (nobody));
select severity, object from said;
--> ok|

-- ---- unused_indexes ----

-- unused_indexes is not applicable on SQLite
update topic set id = 'unused_indexes';
select severity, reason from said;
--> not_applicable|SQLite does not count the use of indexes

-- ---- version_eol ----

-- without a WAL no SQLite version is reported
update topic set id = 'version_eol';
select severity, object from said;
--> ok|

-- with a WAL versions before 3.51.3 are reported, except fixed releases
pragma journal_mode = wal;
create table v as select json_extract('[' || replace(sqlite_version(), '.', ',') || ']', '$[1]') as minor,
	json_extract('[' || replace(sqlite_version(), '.', ',') || ']', '$[2]') as patch;
select severity = iif(minor > 51 or minor = 51 and patch >= 3 or minor = 50 and patch >= 7
	or minor = 44 and patch >= 6, 'ok', 'info')
from said, v;
--> wal
--> 1

-- ---- broken_views ----

-- views whose tables and columns exist are no finding, nor are those that need a function of the application
.open views.db
.read begin.inc
update topic set id = 'broken_views';
create table read (a integer, b text);
create view sound as select a, b from read;
create view nested as select a from sound;
create view of_application as select encode_word(b) from read;
select severity, object from said;
--> ok|

-- views whose table or column was dropped are found
create view "Odd ""View" as select a from missing;
create view half as select a, c from read;
create view upon as select a from half;
select severity, object, message, fix_sql is null from said;
select dbhealth_score('{"checks": ["broken_views"]}');
--> warning|"Odd ""View"|view "Odd ""View" cannot be read: no such table: main.missing|1
--> warning|half|view half cannot be read: no such column: c|1
--> warning|upon|view upon cannot be read: no such column: c|1
--> 92

-- creating what a view reads ends the finding
create table missing (a integer);
drop view half;
drop view upon;
select severity, object from said;
--> ok|
