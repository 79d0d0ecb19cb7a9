-- Health checks of indexes: duplicate_indexes, stats_stale.

-- ---- duplicate_indexes ----

update topic set id = 'duplicate_indexes';
create table t (id integer primary key, a, b, w text, x text collate nocase, unique (w));

-- different indexes are no duplicates
create index t_a on t (a);
create index t_ab on t (a, b);
create index t_ba on t (b, a);
create index t_a_desc on t (a desc);
create index t_a_nocase on t (a collate nocase);
create index t_a_partly on t (a) where b > 0;
create index t_a_partly_1 on t (a) where b > 1;
create index t_lower on t (lower(w));
create index t_upper on t (upper(w));
create index t_x on t (x);
create index t_x_binary on t (x collate binary);
create unique index t_b on t (b);
create table u (a, b);
create index u_a on u (a);
select severity, object from said;
--> ok|

-- an index may equal the order of the rows themselves
create table wr (a text collate nocase, b, c, primary key (a desc, b)) without rowid;
create table not_rowid (id int primary key);
create index t_id on t (id);
create index t_id_nocase on t (id collate nocase);
create index t_id_b on t (id, b);
create index wr_key on wr (a desc, b);
create index wr_other on wr (a, b);
create index wr_partly on wr (a desc, b) where c > 0;
select severity, message, fix_sql from said;
select suggestion from dbhealth_checks('{"checks": ["duplicate_indexes"]}') where object = 'wr_key';
drop table wr;
drop table not_rowid;
drop index t_id;
drop index t_id_nocase;
drop index t_id_b;
--> info|index t_id is identical to the primary key of t|DROP INDEX main."t_id";
--> info|index wr_key is identical to the primary key of wr|DROP INDEX main."wr_key";
--> Drop index wr_key unless it is there to count rows faster: table wr already has them in that order.

-- equal indexes are duplicates, however they are written
create index t_a_again on t ("A" COLLATE binary ASC);
create index t_ab_again on t(A,b);
create index t_b_plain on t (b);
create unique index t_w_too on t (w);
create index t_x_nocase on t (x collate nocase);
create index t_partly_again on t (a) where b > 0;
create index t_lower_again on t (lower(w));
select object, severity, value, message, fix_sql from said;
--> t_a_again|info|0.0|index t_a_again is identical to index t_a|DROP INDEX main."t_a_again";
--> t_ab_again|info|0.0|index t_ab_again is identical to index t_ab|DROP INDEX main."t_ab_again";
--> t_b_plain|info|0.0|index t_b_plain is identical to index t_b|DROP INDEX main."t_b_plain";
--> t_lower_again|info||index t_lower_again is identical to index t_lower|DROP INDEX main."t_lower_again";
--> t_partly_again|info||index t_partly_again is identical to index t_a_partly|DROP INDEX main."t_partly_again";
--> t_w_too|info|0.0|index t_w_too is identical to index sqlite_autoindex_t_1|DROP INDEX main."t_w_too";
--> t_x_nocase|info|0.0|index t_x_nocase is identical to index t_x|DROP INDEX main."t_x_nocase";

-- fix_sql leaves one of each
.read repair.inc
select severity, object from said;
select count(*) from pragma_index_list('t');
--> ok|
--> 13

-- of three duplicates the unique one stays
create unique index z_unique on t (b, a, x);
create index a_plain on t (b, a, x);
create index "B plain" on t (b, a, x);
select object, message from said;
--> "B plain"|index "B plain" is identical to index z_unique
--> a_plain|index a_plain is identical to index z_unique
.read repair.inc

-- awkward names are quoted
create table "Order Details" ("select", "a""b", "таблица");
create index "Первый" on "Order Details" ("select", "a""b", "таблица");
create index "Вто""рой" on "Order Details" ("select", "a""b", "таблица");
create index "select" on "Order Details" ("a""b");
create index "from" on "Order Details" ("a""b");
select object, message, fix_sql from said;
--> "select"|index "select" is identical to index "from"|DROP INDEX main."select";
--> "Первый"|index "Первый" is identical to index "Вто""рой"|DROP INDEX main."Первый";

-- fix_sql with quoted names runs
.read repair.inc
select severity, object from said;
--> ok|

-- size is estimated from the last rows and the row count
create table big (a text, b);
create index big_a on big (a);
create index big_a_again on big (a);
insert into big select printf('%091d', value), 0 from generate_series(1, 1000);
select dbcare_set('check_duplicate_indexes_warning', 100000) ->> 'value';
select object, severity, value from said;
--> 100000
--> big_a_again|warning|100000.0

-- a table just below the threshold is an info
delete from big where rowid = 1000;
select object, severity, value from said;
--> big_a_again|info|99900.0
drop table big;

-- the size of a WITHOUT ROWID table is unknown
create table no_rowid (a primary key, b) without rowid;
create index no_rowid_b on no_rowid (b);
create index no_rowid_b_again on no_rowid (b);
select object, severity, value from said;
--> no_rowid_b_again|info|
drop table no_rowid;

-- indexes of dbcare's tables and of attached databases are not checked
select dbcare_install() ->> 'changed';
create index dbcare_setting_name on dbcare_setting (name);
attach ':memory:' as other;
create table other.t (a);
create index other.one on t (a);
create index other.two on t (a);
select severity, object from said;
detach other;
--> 0
--> ok|

-- ---- stats_stale ----

-- small tables need no statistics
.open stats.db
.read begin.inc
update topic set id = 'stats_stale';
create table t (id integer primary key, a);
create index t_a on t (a);
create table heap (a);
insert into t select value, value % 7 from generate_series(1, 10000);
insert into heap select value from generate_series(1, 20000);
select severity, object from said;
--> ok|

-- indexed tables of more than 10,000 rows need statistics
insert into t (a) values (1);
select object, severity, value, message, fix_sql from said;
--> t|warning|200.02|t: planner statistics are absent|ANALYZE main."t";

-- fix_sql gathers the statistics
.read repair.inc
select severity, object from said;
select stat from sqlite_stat1 where tbl = 't';
--> ok|
--> 10001 1429

-- statistics are stale after a tenfold growth
insert into t (a) select 1 from generate_series(1, 90009);
select severity, object from said;
insert into t (a) values (1);
select object, severity, round(value, 1), message from said;
--> ok|
--> t|warning|85.7|t: planner statistics are missing or wrong by a factor of ten

-- statistics are stale after nine tenths are deleted
analyze t;
delete from t where id > 10100;
select severity, object from said;
analyze t;
update sqlite_stat1 set stat = '101010 14430' where tbl = 't';
analyze sqlite_schema;
select object, severity from said;
--> ok|
--> t|warning

-- a threshold can be set
select dbcare_set('check_stats_stale_warning', 1000000) ->> 'value';
select object, severity from said;
select dbcare_set('check_stats_stale_warning', null) ->> 'value';
.read repair.inc
--> 1000000
--> t|info
--> 2

-- tables without rowids are counted
create table no_rowid (a primary key, b) without rowid;
create index no_rowid_b on no_rowid (b);
insert into no_rowid select value, value from generate_series(1, 10001);
select object, severity from said;
delete from no_rowid where a = 1;
select severity, object from said;
--> no_rowid|warning
--> ok|
drop table no_rowid;

-- stats_stale quotes awkward names
create table "Order ""Details""" (a unique);
create table "таблица" (a unique);
insert into "Order ""Details""" select value from generate_series(1, 10001);
insert into "таблица" select value from generate_series(1, 10001);
select object, fix_sql from said;
--> "Order ""Details"""|ANALYZE main."Order ""Details""";
--> "таблица"|ANALYZE main."таблица";

-- ANALYZE ends the finding
.read repair.inc
select severity, object from said;
--> ok|
