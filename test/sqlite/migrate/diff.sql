-- SQL that makes one schema another, and back.

-- a diff creates a whole schema and drops it
.read diff_begin.inc
insert into told default values;
create table parent (id integer primary key, name text);
create table child (id integer primary key, parent_id references parent on delete cascade);
create index child_parent on child (parent_id);
create view both as select * from parent join child on parent.id = parent_id;
create trigger both_i instead of insert on both begin insert into child values (new.id, 1); end;
create trigger child_i after insert on child begin update parent set name = 'x'; end;
create virtual table words using fts5 (word);
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
insert into parent values (1, 'a'); insert into child values (1, 1);
.read diff_end.inc
--> CREATE TABLE parent (id integer primary key, name text);
--> CREATE TABLE child (id integer primary key, parent_id references parent on delete cascade);
--> CREATE VIRTUAL TABLE words using fts5 (word);
--> CREATE INDEX child_parent on child (parent_id);
--> CREATE VIEW both as select * from parent join child on parent.id = parent_id;
--> CREATE TRIGGER both_i instead of insert on both begin insert into child values (new.id, 1); end;
--> CREATE TRIGGER child_i after insert on child begin update parent set name = 'x'; end;
--> 
--> pragma foreign_keys = off;
--> drop view main."both";
--> -- destroys data: table words
--> drop table main."words";
--> -- destroys data: table child
--> drop table main."child";
--> -- destroys data: table parent
--> drop table main."parent";
--> 

-- equal schemas have an empty diff
.read diff_begin.inc
create table t (a, b);
insert into told default values;
drop table t;
create table T (B, "A");
insert into told default values;
select d from diff;
.read diff_end.inc
--> {"up": "", "down": ""}

-- columns are added by ADD COLUMN where possible
.read diff_begin.inc
pragma foreign_keys = on;
create table t (a integer primary key, b, check (b <> 1)) /* end */;
insert into t values (1, 2);
insert into told default values;
alter table t add column c text not null default 'it''s' collate nocase -- comment
	check (c <> '');
alter table t add column "d e" int default -1;
alter table t add column f references t on delete cascade;
alter table t add column g as (b * 2);
alter table t add column h int default true;
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
.read diff_end.inc
select * from t;
pragma foreign_keys;
--> alter table main."t" add column c text not null default 'it''s' collate nocase -- comment
--> 	check (c <> '');
--> alter table main."t" add column "d e" int default -1;
--> alter table main."t" add column f references t on delete cascade;
--> alter table main."t" add column g as (b * 2);
--> alter table main."t" add column h int default true;
--> 
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> alter table main."t" rename to "dbcare_old_t";
--> CREATE TABLE t (a integer primary key, b, check (b <> 1));
--> insert or abort into main."t" ("a", "b") select "a", "b" from main."dbcare_old_t";
--> -- destroys data: column t.c
--> -- destroys data: column t."d e"
--> -- destroys data: column t.f
--> -- destroys data: column t.h
--> drop table main."dbcare_old_t";
--> 
--> 1|2|it's|-1||4|1
--> 1

-- other added columns rebuild the table
.read diff_begin.inc
create table a (x); create table b (x); create table c (x); create table d (x); create table e (x, y); create table f (x unique); create table g (x); create table h (x);
insert into told default values;
drop table a; drop table b; drop table c; drop table d; drop table e; drop table f; drop table g; drop table h;
create table a (x, y default current_timestamp);
create table b (x, y default (1 + 1));
create table c (x, y unique);
create table d (x, y as (x + 1) stored);
create table e (x, z, y);
create table f (x unique, y int references f (x) default 1);
create table g (x, y int, unique (x));
create table h (x any, y int) strict;
insert into told default values;
select (length(up) - length(replace(up, 'rename to', ''))) / length('rename to') from (select d ->> 'up' as up from diff);
.read diff_end.inc
--> 8

-- a rebuild keeps rows, rowids, sequences and child rows
.read diff_begin.inc
pragma foreign_keys = on;
create table p (id integer primary key autoincrement, name text);
create table c (id integer primary key, p references p on delete cascade, self references c on delete cascade);
create table r (a, b);
create table s (rowid, _rowid_, a, b int);
create table w (a primary key, b) without rowid;
insert into p values (3, 'c'), (9, 'i'); delete from p where id = 9;
insert into c values (1, 3, null), (2, 3, 1);
insert into r (rowid, a) values (7, 'r');
insert into s (oid, rowid, a, b) values (8, 1, 's', '12');
insert into w values ('w', 1);
create index r_a on r (a);
create view v as select p.name, c.id from p join c on c.p = p.id;
create trigger p_u after update on p begin delete from c where p = new.id; end;
insert into told default values;
drop trigger p_u; drop view v; drop index r_a;
pragma foreign_keys = off;
create table p2 (id integer primary key autoincrement, name text not null default 'none'); insert into p2 select * from p; drop table p; alter table p2 rename to p;
create table c2 (id integer primary key, p int not null references p on delete cascade, self references c on delete cascade, check (p > 0)); insert into c2 select * from c; drop table c; alter table c2 rename to c;
create table r2 (a text, b); insert into r2 (rowid, a, b) select rowid, a, b from r; drop table r; alter table r2 rename to r;
create table s2 (rowid, _rowid_, a, b text); insert into s2 (oid, rowid, a, b) select oid, rowid, a, b from s; drop table s; alter table s2 rename to s;
create table w2 (a primary key, b int); insert into w2 select * from w; drop table w; alter table w2 rename to w;
create index r_a on r (a); create view v as select p.name, c.id from p join c on c.p = p.id; create trigger p_u after update on p begin delete from c where p = new.id; end;
pragma foreign_keys = on;
update sqlite_sequence set seq = 9 where name = 'p';
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
.read diff_end.inc
select * from p; select * from c; select rowid, * from r; select oid, rowid, a, typeof(b) from s; select * from w; select * from v; select * from sqlite_sequence where name not glob 'dbcare_*'; pragma foreign_keys; pragma legacy_alter_table;
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop trigger main."p_u";
--> alter table main."p" rename to "dbcare_old_p";
--> CREATE TABLE "p" (id integer primary key autoincrement, name text not null default 'none');
--> insert or abort into main."p" ("id", "name") select "id", ifnull("name", 'none') from main."dbcare_old_p";
--> delete from main.sqlite_sequence where name = 'p';
--> update main.sqlite_sequence set name = 'p' where name = 'dbcare_old_p';
--> drop table main."dbcare_old_p";
--> alter table main."c" rename to "dbcare_old_c";
--> CREATE TABLE "c" (id integer primary key, p int not null references p on delete cascade, self references c on delete cascade, check (p > 0));
--> -- fails if column p of table c is null
--> insert or abort into main."c" ("id", "p", "self") select "id", "p", "self" from main."dbcare_old_c";
--> drop table main."dbcare_old_c";
--> alter table main."r" rename to "dbcare_old_r";
--> CREATE TABLE "r" (a text, b);
--> insert or abort into main."r" (rowid, "a", "b") select rowid, "a", "b" from main."dbcare_old_r";
--> drop table main."dbcare_old_r";
--> alter table main."s" rename to "dbcare_old_s";
--> CREATE TABLE "s" (rowid, _rowid_, a, b text);
--> insert or abort into main."s" (oid, "rowid", "_rowid_", "a", "b") select oid, "rowid", "_rowid_", "a", "b" from main."dbcare_old_s";
--> drop table main."dbcare_old_s";
--> alter table main."w" rename to "dbcare_old_w";
--> CREATE TABLE "w" (a primary key, b int);
--> insert or abort into main."w" ("a", "b") select "a", "b" from main."dbcare_old_w";
--> drop table main."dbcare_old_w";
--> CREATE INDEX r_a on r (a);
--> CREATE TRIGGER p_u after update on p begin delete from c where p = new.id; end;
--> 
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop trigger main."p_u";
--> alter table main."p" rename to "dbcare_old_p";
--> CREATE TABLE p (id integer primary key autoincrement, name text);
--> insert or abort into main."p" ("id", "name") select "id", "name" from main."dbcare_old_p";
--> delete from main.sqlite_sequence where name = 'p';
--> update main.sqlite_sequence set name = 'p' where name = 'dbcare_old_p';
--> drop table main."dbcare_old_p";
--> alter table main."c" rename to "dbcare_old_c";
--> CREATE TABLE c (id integer primary key, p references p on delete cascade, self references c on delete cascade);
--> insert or abort into main."c" ("id", "p", "self") select "id", "p", "self" from main."dbcare_old_c";
--> drop table main."dbcare_old_c";
--> alter table main."r" rename to "dbcare_old_r";
--> CREATE TABLE r (a, b);
--> insert or abort into main."r" (rowid, "a", "b") select rowid, "a", "b" from main."dbcare_old_r";
--> drop table main."dbcare_old_r";
--> alter table main."s" rename to "dbcare_old_s";
--> CREATE TABLE s (rowid, _rowid_, a, b int);
--> insert or abort into main."s" (oid, "rowid", "_rowid_", "a", "b") select oid, "rowid", "_rowid_", "a", "b" from main."dbcare_old_s";
--> drop table main."dbcare_old_s";
--> alter table main."w" rename to "dbcare_old_w";
--> CREATE TABLE w (a primary key, b) without rowid;
--> insert or abort into main."w" ("a", "b") select "a", "b" from main."dbcare_old_w";
--> drop table main."dbcare_old_w";
--> CREATE INDEX r_a on r (a);
--> CREATE TRIGGER p_u after update on p begin delete from c where p = new.id; end;
--> 
--> 3|c
--> 1|3|
--> 2|3|1
--> 7|r|
--> 8|1|s|text
--> w|1
--> c|1
--> c|2
--> p|9
--> 1
--> 0

-- required columns need a value in the option
.read diff_begin.inc
create table t (a integer primary key, b text not null, c int not null, d not null, e real not null, f int not null unique, g text not null references t, h text not null check (h <> 'x'), i int);
create table u (a text primary key, b text) without rowid;
insert into told default values;
drop table t; drop table u;
create table t (a integer primary key, i int not null default 5, j text);
create table u (b text primary key) without rowid;
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
.read diff_end.inc
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> alter table main."t" rename to "dbcare_old_t";
--> CREATE TABLE t (a integer primary key, i int not null default 5, j text);
--> insert or abort into main."t" ("a", "i") select "a", ifnull("i", 5) from main."dbcare_old_t";
--> -- destroys data: column t.b
--> -- destroys data: column t.c
--> -- destroys data: column t.d
--> -- destroys data: column t.e
--> -- destroys data: column t.f
--> -- destroys data: column t.g
--> -- destroys data: column t.h
--> drop table main."dbcare_old_t";
--> alter table main."u" rename to "dbcare_old_u";
--> CREATE TABLE u (b text primary key) without rowid;
--> insert or abort into main."u" ("b") select "b" from main."dbcare_old_u";
--> -- destroys data: column u.a
--> drop table main."dbcare_old_u";
--> 
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> alter table main."t" rename to "dbcare_old_t";
--> CREATE TABLE t (a integer primary key, b text not null, c int not null, d not null, e real not null, f int not null unique, g text not null references t, h text not null check (h <> 'x'), i int);
--> -- fills column b of table t with '': it has no default
--> -- fills column c of table t with 0: it has no default
--> -- fills column d of table t with x'': it has no default
--> -- fills column e of table t with 0: it has no default
--> -- fails if there are rows: column f of table t has no default
--> -- fails if there are rows: column g of table t has no default
--> -- fills column h of table t with '': it has no default
--> insert or abort into main."t" ("a", "b", "c", "d", "e", "h", "i") select "a", '', 0, x'', 0, '', "i" from main."dbcare_old_t";
--> -- destroys data: column t.j
--> drop table main."dbcare_old_t";
--> alter table main."u" rename to "dbcare_old_u";
--> CREATE TABLE u (a text primary key, b text) without rowid;
--> -- fails if there are rows: column a of table u has no default
--> insert or abort into main."u" ("b") select "b" from main."dbcare_old_u";
--> drop table main."dbcare_old_u";
--> 

-- a null in a new NOT NULL column is an error unless it has a default
.read diff_begin.inc
create table t (a text, b int);
insert into told default values;
drop table t;
create table t (a text not null default 'new', b int not null, c text);
insert into t values ('x', 1, 'lost'), ('y', 2, 'lost');
insert into told default values;
.read diff_end.inc
select * from t;
select '' where (dbmigrate_apply() ->> 'success') is not 1;
insert into t values (null, 4);
select '' where (dbmigrate_rollback() ->> 'success') is not 1;
select * from t;
update t set b = null where a is null;
select '' where (dbmigrate_apply() ->> 'success') is not 1;
insert into t values ('e', null);
select dbmigrate_rollback();
select * from t;
--> x|1|
--> y|2|
--> x|1|
--> y|2|
--> new|4|
--> ERROR: dbcare: NOT NULL constraint failed: t.b. In migration 1 down, statement 5, line 6. To see why a row is refused, pass its values: SELECT * FROM dbcheck_row('t', '{}');
--> x|1
--> y|2
--> new|4
--> e|

-- columns can become rowid, generated or ordinary
.read diff_begin.inc
create table t (a int primary key, b); create table u (a, b); create table v (a integer primary key, b as (a + 1), c);
insert into told default values;
drop table t; drop table u; drop table v;
create table t (a integer primary key, b); create table u (id integer primary key, a, b); create table v (a integer primary key, b, c as (a + 2) stored);
insert into t values (4, 'b'); insert into u values (6, 'a', 'b'); insert into v values (1, 7);
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
select * from t; select * from u; select * from v;
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> alter table main."t" rename to "dbcare_old_t";
--> CREATE TABLE t (a integer primary key, b);
--> insert or abort into main."t" ("a", "b") select "a", "b" from main."dbcare_old_t";
--> drop table main."dbcare_old_t";
--> alter table main."u" rename to "dbcare_old_u";
--> CREATE TABLE u (id integer primary key, a, b);
--> insert or abort into main."u" ("id", "a", "b") select rowid, "a", "b" from main."dbcare_old_u";
--> drop table main."dbcare_old_u";
--> alter table main."v" rename to "dbcare_old_v";
--> CREATE TABLE v (a integer primary key, b, c as (a + 2) stored);
--> insert or abort into main."v" ("a", "b") select "a", "b" from main."dbcare_old_v";
--> -- destroys data: column v.c
--> drop table main."dbcare_old_v";
--> 
--> 4|b
--> 6|a|b
--> 1|2|3

-- a table that names itself in an expression is copied
.read diff_begin.inc
create table t (a int, "b c" text, check (t.a > 0));
create table s (id integer primary key autoincrement, a int, check ("S".a > 0));
insert into t (rowid, a, "b c") values (5, 1, 'x'); insert into s values (8, 1); delete from s; insert into s values (3, 1);
create view v as select t.a from t;
create index t_a on t (a) where t.a > 5;
insert into told default values;
drop table t; drop table s;
create table t (a int, "b c" text, check (t.a > 1));
create table s (id integer primary key autoincrement, a int, check ("S".a > 1));
insert into t (rowid, a, "b c") values (5, 2, 'x'); insert into s values (8, 2); delete from s; insert into s values (3, 2);
create index t_a on t (a) where t.a > 5;
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
select rowid, * from t; select * from s; select * from sqlite_sequence where name not glob 'dbcare_*';
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop index main."t_a";
--> create table main."dbcare_old_t" (rowid, "a", "b c");
--> insert into main."dbcare_old_t" select rowid, "a", "b c" from main."t";
--> drop table main."t";
--> CREATE TABLE t (a int, "b c" text, check (t.a > 1));
--> insert or abort into main."t" (rowid, "a", "b c") select * from main."dbcare_old_t";
--> drop table main."dbcare_old_t";
--> create table main."dbcare_old_s" ("id", "a");
--> insert into main."dbcare_old_s" select "id", "a" from main."s";
--> insert into main.sqlite_sequence (name, seq) select 'dbcare_old_s', seq from main.sqlite_sequence where name = 's';
--> drop table main."s";
--> CREATE TABLE s (id integer primary key autoincrement, a int, check ("S".a > 1));
--> insert or abort into main."s" ("id", "a") select * from main."dbcare_old_s";
--> delete from main.sqlite_sequence where name = 's';
--> update main.sqlite_sequence set name = 's' where name = 'dbcare_old_s';
--> drop table main."dbcare_old_s";
--> CREATE INDEX t_a on t (a) where t.a > 5;
--> 
--> 5|2|x
--> 3|2
--> s|8

-- an index that names its table is dropped first
.read diff_begin.inc
create table t (a int); create index t_a on t (a) where t.a > 5; create index t_c on t (a);
insert into told default values;
drop table t;
create table t (a int, b default current_timestamp); create index t_a on t (a) where t.a > 5; create index t_c on t (a);
insert into t values (6, 'b');
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop index main."t_a";
--> alter table main."t" rename to "dbcare_old_t";
--> CREATE TABLE t (a int, b default current_timestamp);
--> insert or abort into main."t" (rowid, "a") select rowid, "a" from main."dbcare_old_t";
--> drop table main."dbcare_old_t";
--> CREATE INDEX t_a on t (a) where t.a > 5;
--> CREATE INDEX t_c on t (a);
--> 

-- objects can change their kind or their table
.read diff_begin.inc
create table x (a); create view y as select 1 as a; create table t (a); create table u (a);
create index i on t (a); create trigger tr after insert on t begin select 1; end;
create trigger y_i instead of insert on y begin select 1; end;
insert into told default values;
drop table x; drop view y; drop index i; drop trigger tr;
create view x as select 1 as a; create table y (a); create index i on u (a); create trigger tr after insert on u begin select 1; end;
create trigger y_i before insert on y begin select 1; end;
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
.read diff_end.inc
--> pragma foreign_keys = off;
--> drop trigger main."tr";
--> drop view main."y";
--> drop index main."i";
--> -- destroys data: table x
--> drop table main."x";
--> CREATE TABLE y (a);
--> CREATE INDEX i on u (a);
--> CREATE VIEW x as select 1 as a;
--> CREATE TRIGGER tr after insert on u begin select 1; end;
--> CREATE TRIGGER y_i before insert on y begin select 1; end;
--> 
--> pragma foreign_keys = off;
--> drop trigger main."tr";
--> drop view main."x";
--> drop index main."i";
--> -- destroys data: table y
--> drop table main."y";
--> CREATE TABLE x (a);
--> CREATE INDEX i on t (a);
--> CREATE VIEW y as select 1 as a;
--> CREATE TRIGGER tr after insert on t begin select 1; end;
--> CREATE TRIGGER y_i instead of insert on y begin select 1; end;
--> 

-- views and triggers change without their tables
.read diff_begin.inc
create table t (a); create view v as select a from t; create view w as select a from v; create trigger v_d instead of delete on v begin select 1; end; create trigger w_d instead of delete on w begin select 1; end;
create index i on t (a); create index j on t (a desc);
insert into told default values;
drop view v; drop index i; drop trigger w_d;
create view v as select a + 1 as a from t; create trigger v_d instead of delete on v begin select 1; end; create trigger w_d instead of delete on w begin select 2; end;
create unique index i on t (a);
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
--> drop trigger main."w_d";
--> drop view main."v";
--> drop index main."i";
--> CREATE UNIQUE INDEX i on t (a);
--> CREATE VIEW v as select a + 1 as a from t;
--> CREATE TRIGGER v_d instead of delete on v begin select 1; end;
--> CREATE TRIGGER w_d instead of delete on w begin select 2; end;
--> 

-- virtual tables are recreated
.read diff_begin.inc
create virtual table words using fts5 (a); create virtual table same using fts5 (a);
insert into same values ('kept');
insert into told default values;
drop table words;
create virtual table words using fts5 (a, b);
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
select * from same;
--> -- destroys data: table words
--> drop table main."words";
--> CREATE VIRTUAL TABLE words using fts5 (a, b);
--> 
--> kept

-- names may need quotes, also in comments
.read diff_begin.inc
create table "drop table ""x"";
drop table t; --" ("a""b
; drop table t; --" int, "select" text);
create table t (a);
create table "İ ⚘" ("⚘" int);
create index "i""; x" on t (a);
insert into told default values;
drop table "drop table ""x"";
drop table t; --"; drop table "İ ⚘"; drop index "i""; x";
create table "drop table ""x"";
drop table t; --" ("select" text);
create table "İ ⚘" ("⚘⚘" int);
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop index main."i""; x";
--> alter table main."drop table ""x"";
--> drop table t; --" rename to "dbcare_old_drop table ""x"";
--> drop table t; --";
--> CREATE TABLE "drop table ""x"";
--> drop table t; --" ("select" text);
--> insert or abort into main."drop table ""x"";
--> drop table t; --" (rowid, "select") select rowid, "select" from main."dbcare_old_drop table ""x"";
--> drop table t; --";
--> -- destroys data: column "drop table ""x""; drop table t; --"."a""b ; drop table t; --"
--> drop table main."dbcare_old_drop table ""x"";
--> drop table t; --";
--> alter table main."İ ⚘" rename to "dbcare_old_İ ⚘";
--> CREATE TABLE "İ ⚘" ("⚘⚘" int);
--> insert or abort into main."İ ⚘" (rowid) select rowid from main."dbcare_old_İ ⚘";
--> -- destroys data: column "İ ⚘"."⚘"
--> drop table main."dbcare_old_İ ⚘";
--> 

-- tables that refer to each other can both change
.read diff_begin.inc
pragma foreign_keys = on;
create table a (id integer primary key, b references b (id) on delete cascade deferrable initially deferred);
create table b (id integer primary key, a references a (id) on delete cascade);
begin; insert into a values (1, 1); insert into b values (1, 1); commit;
insert into told default values;
pragma foreign_keys = off; pragma legacy_alter_table = on;
create table a2 (id integer primary key, b int not null references b (id) on delete cascade deferrable initially deferred); insert into a2 select * from a; drop table a; alter table a2 rename to a;
create table b2 (id integer primary key, a int not null references a (id) on delete cascade); insert into b2 select * from b; drop table b; alter table b2 rename to b;
pragma foreign_keys = on;
insert into told default values;
.read diff_end.inc
select * from a; select * from b;
--> 1|1
--> 1|1

-- temporary tables of the same names are not changed
.read diff_begin.inc
create table t (id integer primary key autoincrement, a); create table u (a);
insert into t values (5, 'a');
insert into told default values;
drop table u; drop table t;
create table t (id integer primary key autoincrement, a, b default (1 + 1)); insert into t values (5, 'a', 2);
create temp table t (id integer primary key autoincrement, a); insert into temp.t values (50, 'temp');
create temp table u (a); insert into u values ('temp');
insert into told default values;
.read diff_end.inc
select * from main.t; select * from temp.t; select * from temp.u; select seq from main.sqlite_sequence where name = 't'; select seq from temp.sqlite_sequence;
--> 5|a|2
--> 50|temp
--> temp
--> 5
--> 50

-- indexes and triggers are added beside a new column
.read diff_begin.inc
create table t (a);
insert into told default values;
alter table t add column b; create index t_b on t (b); create trigger t_b after update of b on t begin select 1; end;
insert into told default values;
select d ->> 'up' from diff;
.read diff_end.inc
--> alter table main."t" add column b;
--> CREATE INDEX t_b on t (b);
--> CREATE TRIGGER t_b after update of b on t begin select 1; end;
--> 

-- an incomplete schema document is refused
.read diff_begin.inc
create table t (a);
insert into told default values;
select dbmigrate_diff('{}', document) from told;
select dbmigrate_diff(document, '{"engine": "sqlite", "objects": [{"type": "table"}]}') from told;
select dbmigrate_diff(document, '{"engine": "sqlite", "objects": [{}, {}]}') from told;
select dbmigrate_diff('{"engine": "sqlite", "objects": 1}', document) from told;
select dbmigrate_diff('{"engine": "postgresql", "objects": []}', document) from told;
select dbmigrate_diff('{"engine": "sqlite", "objects": [{"type": "table", "name": "t"}]}', document) from told;
select dbmigrate_diff('{"engine": "sqlite", "objects": [{"type": "table", "name": "t", "details": {"sql": "create something"}}]}', document) from told;
select dbmigrate_diff('{"engine": "sqlite", "objects": []}', document) ->> 'up' from told;
--> ERROR: dbcare: argument old_schema is not a schema document. Pass a document that dbmigrate_schema() returned.
--> ERROR: dbcare: argument new_schema is not a schema document. Pass a document that dbmigrate_schema() returned.
--> ERROR: dbcare: argument new_schema is not a schema document. Pass a document that dbmigrate_schema() returned.
--> ERROR: dbcare: argument old_schema is not a schema document. Pass a document that dbmigrate_schema() returned.
--> ERROR: dbcare: argument old_schema is a schema of postgresql, not of sqlite. Compare schemas on the engine they come from.
--> ERROR: dbcare: table t of the schema document comes without its SQL. Pass a document that dbmigrate_schema() returned.
--> ERROR: dbcare: the SQL of table t cannot be parsed
--> CREATE TABLE t (a);
--> 

-- 200 random tables are changed and changed back with their rows
-- since 3.38: SQLite 3.37 cannot copy some reals of STRICT tables
.open --new :memory:
.read begin.inc
create temp table random as select 1 as seed;
.read random_diff.inc
--> ok
