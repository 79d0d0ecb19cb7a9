-- Health checks of keys: missing_primary_key, missing_fk_index,
-- foreign_keys_disabled.

-- ---- missing_primary_key ----

update topic set id = 'missing_primary_key';

-- an empty database has no findings
select severity, object from said;
--> ok|

-- primary keys and unique NOT NULL columns are keys
create table rowid_key (id integer primary key);
create table text_key (id text primary key);
create table pair_key (a, b, primary key (b, a));
create table no_rowid (a text primary key) without rowid;
create table strict_key (a int primary key) strict;
create table generated_key (a int, b int generated always as (a) stored not null unique);
create table with_unique (a int not null, b int not null, unique (a, b));
create table with_index (a int not null);
create unique index with_index_a on with_index (a);
select severity, object from said;
--> ok|

-- partial indexes and nullable columns are no keys
create table bare (a int);
create table nullable (a int not null, b int, unique (a, b));
create table partly (a int not null);
create unique index partly_a on partly (a) where a > 0;
create table computed (a int not null);
create unique index computed_a on computed (a + 1);
create table plain (a int not null);
create index plain_a on plain (a);
create table said_so (a int default 'primary key');
create table told_so (a int /* primary key */);
select object, severity, value, fix_sql is null, message from said;
--> bare|info|0.0|1|bare has no primary key and no unique key of columns that are NOT NULL
--> computed|info|0.0|1|computed has no primary key and no unique key of columns that are NOT NULL
--> nullable|info|0.0|1|nullable has no primary key and no unique key of columns that are NOT NULL
--> partly|info|0.0|1|partly has no primary key and no unique key of columns that are NOT NULL
--> plain|info|0.0|1|plain has no primary key and no unique key of columns that are NOT NULL
--> said_so|info|0.0|1|said_so has no primary key and no unique key of columns that are NOT NULL
--> told_so|info|0.0|1|told_so has no primary key and no unique key of columns that are NOT NULL

-- views and temporary, virtual and attached tables are not checked
drop table bare; drop table nullable; drop table partly; drop table computed;
drop table plain; drop table said_so; drop table told_so;
create view looks as select 1 as a;
create temp table passing (a);
create virtual table words using fts5 (a);
create virtual table boxes using rtree (id, x, y);
attach ':memory:' as other;
create table other.elsewhere (a);
create table other.words (a);
select severity, object from said;
detach other;
--> ok|

-- dbcare's tables are not checked, those with similar names are
select dbcare_install() ->> 'changed';
create table dbcarey (a);
select object from said;
--> 1
--> dbcarey

-- names are quoted where needed
drop table dbcarey;
create table "Order Details" (a);
create table "a""b" (a);
create table "select" (a);
create table "таблица" (a);
create table "it's" (a);
create table "1st" (a);
select object from said;
--> "1st"
--> "Order Details"
--> "a""b"
--> "it's"
--> "select"
--> "таблица"
drop table "Order Details"; drop table "a""b"; drop table "select";
drop table "таблица"; drop table "it's"; drop table "1st";

-- 999 rows are an info
create table bare (a);
insert into bare select value from generate_series(1, 999);
select object, severity, value from said;
--> bare|info|999.0

-- 1,000 rows are a warning
insert into bare values (1000);
select object, severity, value from said;
--> bare|warning|1000.0

-- the row count is estimated from the last hundred rowids
delete from bare where rowid > 500 and rowid % 2;
select object, severity, value from said;
--> bare|info|502.0
drop table bare;

-- a setting moves the threshold
create table bare (a);
insert into bare values (1), (2), (3);
select dbcare_set('check_missing_primary_key_warning', 3) ->> 'value';
select object, severity from said;
--> 3
--> bare|warning
drop table bare;

-- ---- missing_fk_index ----

update topic set id = 'missing_fk_index';
create table one (id integer primary key);
create table word (w text collate nocase primary key);
create table pair (a, b, primary key (a, b));

-- an index that begins with the columns of the key covers it
create table plain (a references one); create index plain_a on plain (a);
create table longer (a references one, b); create index longer_ab on longer (a, b);
create table permuted (a, b, foreign key (a, b) references pair); create index permuted_ba on permuted (b, a);
create table upper_case (a references one); create index upper_case_a on upper_case (A);
create table descending (a references one); create index descending_a on descending (a desc);
create table nulls_left_out (a references one); create index nulls_left_out_a on nulls_left_out (a) where a is not null;
create table same_collation (w references word); create index same_collation_w on same_collation (w collate nocase);
create table of_unique (a references one unique);
create table rowid_is_key (id integer primary key references one);
create table no_rowid_fk (a references one, b, primary key (a, b)) without rowid;
create table constraint_last (a, b, c, primary key (c, a), foreign key (c) references one);
select severity, object from said;
--> ok|

-- other indexes do not cover a key
create table gap (a, b, c, foreign key (a, b) references pair); create index gap_acb on gap (a, c, b);
create table second (a references one, b); create index second_ba on second (b, a);
create table half (a, b, foreign key (a, b) references pair); create index half_a on half (a);
create table partial (a references one, b); create index partial_a on partial (a) where b;
create table other_null (a references one, b); create index other_null_a on other_null (a) where b is not null;
create table computed (a references one); create index computed_a on computed (a + 0);
create table other_collation (w references word); create index other_collation_w on other_collation (w);
create table no_rowid_2 (a, b references one, primary key (a, b)) without rowid;
create table without_any (a references one);
select object, severity, value, message from said;
--> computed|info|0.0|foreign key of computed on (a) has no index
--> gap|info|0.0|foreign key of gap on (a, b) has no index
--> half|info|0.0|foreign key of half on (a, b) has no index
--> no_rowid_2|info|0.0|foreign key of no_rowid_2 on (b) has no index
--> other_collation|info|0.0|foreign key of other_collation on (w) has no index
--> other_null|info|0.0|foreign key of other_null on (a) has no index
--> partial|info|0.0|foreign key of partial on (a) has no index
--> second|info|0.0|foreign key of second on (a) has no index
--> without_any|info|0.0|foreign key of without_any on (a) has no index

-- .lint fkey-indexes agrees except for WITHOUT ROWID tables
.lint fkey-indexes
--> CREATE INDEX 'computed_a' ON 'computed'('a'); --> one(id)
--> CREATE INDEX 'gap_a_b' ON 'gap'('a', 'b'); --> pair(a,b)
--> CREATE INDEX 'half_a_b' ON 'half'('a', 'b'); --> pair(a,b)
--> CREATE INDEX 'no_rowid_2_b' ON 'no_rowid_2'('b'); --> one(id)
--> CREATE INDEX 'no_rowid_fk_a' ON 'no_rowid_fk'('a'); --> one(id)
--> CREATE INDEX 'other_collation_w' ON 'other_collation'('w' COLLATE nocase); --> word(w)
--> CREATE INDEX 'other_null_a' ON 'other_null'('a'); --> one(id)
--> CREATE INDEX 'partial_a' ON 'partial'('a'); --> one(id)
--> CREATE INDEX 'second_a' ON 'second'('a'); --> one(id)
--> CREATE INDEX 'without_any_a' ON 'without_any'('a'); --> one(id)

-- fix_sql creates the missing indexes
select fix_sql from said;
--> CREATE INDEX main."computed_a_idx" ON "computed" ("a");
--> CREATE INDEX main."gap_a_b_idx" ON "gap" ("a", "b");
--> CREATE INDEX main."half_a_b_idx" ON "half" ("a", "b");
--> CREATE INDEX main."no_rowid_2_b_idx" ON "no_rowid_2" ("b");
--> CREATE INDEX main."other_collation_w_idx" ON "other_collation" ("w" COLLATE "nocase");
--> CREATE INDEX main."other_null_a_idx" ON "other_null" ("a");
--> CREATE INDEX main."partial_a_idx" ON "partial" ("a");
--> CREATE INDEX main."second_a_idx" ON "second" ("a");
--> CREATE INDEX main."without_any_a_idx" ON "without_any" ("a");

-- fix_sql ends the findings
.read repair.inc
select severity, object from said;
--> ok|

-- some columns of a unique index or the rowid cover a key
create table word_pair (a text collate nocase, b, primary key (a, b));
create table one_a (a unique, b, foreign key (a, b) references pair);
create table its_rowid (a integer primary key, b, foreign key (a, b) references pair);
create table one_other (a, b, c, unique (b, c), foreign key (a, b) references pair);
create table one_some (a, b, foreign key (a, b) references pair); create unique index one_some_b on one_some (b) where b > 1;
create table one_computed (a, b, foreign key (a, b) references pair); create unique index one_computed_b on one_computed (b, a + 0);
create table one_collation (a unique, b, foreign key (a, b) references word_pair);
select object from said;
--> one_collation
--> one_computed
--> one_other
--> one_some
.read repair.inc

-- awkward names are quoted, in the message as in the repair
create table "Order Details" ("select" references one, "a""b" references one, "таблица" references one);
select object, message from said order by message;
--> "Order Details"|foreign key of "Order Details" on ("a""b") has no index
--> "Order Details"|foreign key of "Order Details" on ("select") has no index
--> "Order Details"|foreign key of "Order Details" on ("таблица") has no index
.read repair.inc

-- fix_sql with quoted names runs
select severity, object from said;
--> ok|

-- two keys on one column need one index with a free name
create table twice (a, foreign key (a) references one, foreign key (a) references pair (a));
create table twice_a_idx (id integer primary key);
select object, fix_sql from said;
--> twice|CREATE INDEX main."twice_a_idx_0" ON "twice" ("a");
.read repair.inc

-- fix_sql uses a free name
select severity, object from said;
--> ok|

-- the number of child rows sets the severity
create table child (a references one);
insert into child (rowid) values (1), (9999);
insert into child (rowid) select value from generate_series(9000, 9998);
select dbcare_set('check_missing_fk_index_warning', 1000) ->> 'value';
select dbcare_set('check_missing_fk_index_critical', 1000000) ->> 'value';
select object, severity, value from said;
--> 1000
--> 1000000
--> child|warning|9999.0

-- a large child table is critical
select dbcare_set('check_missing_fk_index_critical', 2000) ->> 'value';
select object, severity from said;
--> 2000
--> child|critical

-- rows of a WITHOUT ROWID table are counted
drop table child;
create table child (id text primary key, a references one) without rowid;
insert into child (id) select value from generate_series(1, 1500);
select object, severity, value from said;
--> child|warning|1500.0
drop table child;

-- a missing parent does not hide the finding
create table orphan (a references nowhere);
select object, severity from said;
--> orphan|info
drop table orphan;

-- ---- foreign_keys_disabled ----

update topic set id = 'foreign_keys_disabled';

-- foreign keys that are not enforced are reported
select severity, object, value = (
	select count(*) from sqlite_schema s join pragma_foreign_key_list(s.name) f
	where f.seq = 0 and s.name not like 'dbcare%'), fix_sql, message
from said;
--> warning|foreign_keys|1|PRAGMA foreign_keys = ON;|foreign_keys is off: this connection does not enforce 31 declared foreign keys

-- unenforced foreign keys cost ten points
select dbhealth_score('{"checks": ["foreign_keys_disabled"]}');
--> 90

-- fix_sql enforces foreign keys
.read repair.inc
select severity, object from said;
insert into plain values (9);
--> ok|
--> ERROR: FOREIGN KEY constraint failed (19)

-- a schema without foreign keys is no finding
.open none.db
.read begin.inc
update topic set id = 'foreign_keys_disabled';
create table t (id integer primary key, word text default 'references');
select foreign_keys from pragma_foreign_keys;
select severity, object from said;
--> 0
--> ok|

-- case_sensitive_like does not change the findings
.open like.db
.read begin.inc
pragma case_sensitive_like = on;
CREATE TABLE P (ID INTEGER PRIMARY KEY, W TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE C (A REFERENCES P, W REFERENCES P (W));
CREATE INDEX C_PART ON C (A) WHERE A > 1;
CREATE INDEX C_PART_2 ON C (A) WHERE A > 2;
INSERT INTO C VALUES (7, NULL);
update topic set id = 'foreign_keys_disabled';
select severity, object, value from said;
update topic set id = 'missing_fk_index';
select object, fix_sql from said;
update topic set id = 'missing_primary_key';
select object from said;
update topic set id = 'orphaned_rows';
select object, message from said;
update topic set id = 'duplicate_indexes';
select severity, object from said;
create temp table print as select dbmigrate_fingerprint() as before;
pragma case_sensitive_like = off;
select before = dbmigrate_fingerprint() from print;
--> warning|foreign_keys|2.0
--> "C"|CREATE INDEX main."C_A_idx" ON "C" ("A");
--> "C"|CREATE INDEX main."C_W_idx" ON "C" ("W" COLLATE "NOCASE");
--> "C"
--> "C"|"C": 1 row has no parent in "P" by foreign key ("A")
--> ok|
--> 1

-- a collation may have any name
.open collation.db
.read begin.inc
update topic set id = 'missing_fk_index';
create table parent (w text collate nocase unique);
create table child (w text references parent (w));
insert into child values ('kept');
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'nocase', '"nocase); delete from child; --"') where name = 'parent';
.open collation.db
.read begin.inc
update topic set id = 'missing_fk_index';
select fix_sql from said;
select dbhealth_fix('missing_fk_index', '{"dry_run": false}') ->> '$.steps[0].error.message';
select w from child;
--> CREATE INDEX main."child_w_idx" ON "child" ("w" COLLATE "nocase); delete from child; --");
--> no such collation sequence: nocase); delete from child; --
--> kept

-- the list of foreign keys that checks share is empty for others
create table shared (id integer primary key, parent references shared);
select count(*) from dbcare_foreign_keys;
select count(*) from dbcare_foreign_keys('x');
select count(*) from dbcare_foreign_keys(1) where child = 'shared';
--> 0
--> 0
--> 0
