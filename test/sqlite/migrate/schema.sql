-- The objects of a schema: what the DDL reader makes of the text SQLite keeps.

create temp view objects as
	select o.value ->> 'type' as type, o.value ->> 'name' as name, o.value ->> 'parent' as parent,
		o.value ->> 'position' as position, o.value ->> 'definition' as definition, o.value ->> 'details' as details
	from json_each(dbmigrate_schema(), '$.objects') as o;
create temp view said_of as
	select printf('%s %s%s: %s', type, name, ifnull(' @' || position, ''), definition) as line from objects order by type, position, name;
create temp table print as select '' as was;
create temp view same as
	select iif(was = dbmigrate_fingerprint(), 'same', 'differs') as line from print;

-- an empty database has no objects
select dbmigrate_schema() ->> 'objects', length(dbmigrate_fingerprint());
--> []|64

-- a table has its columns and constraints
create table t (id integer primary key, name text not null default 'none', amount decimal ( 10,2 ), note);
select type, name, parent, position, definition, details from objects;
drop table t;
--> column|t.amount|t|3|decimal(10, 2)|
--> column|t.id|t|1|integer|
--> column|t.name|t|2|text not null default 'none'|
--> column|t.note|t|4||
--> constraint|t.primary key|t||primary key (id)|
--> table|t||||{"sql":"CREATE TABLE t (id integer primary key, name text not null default 'none', amount decimal ( 10,2 ), note)","order":1}

-- names may be keywords or need quotes
create table "Odd ""Name" ([a b] text, `c``d` int, "select" text, "key" text, KEY2 text, "1st" text, été text, 'str' text, "Plain" text, "a.b" text, "$x" int, "_y$1" int);
select line from said_of;
drop table "Odd ""Name";
--> column "odd ""name"."a b" @1: text
--> column "odd ""name"."c`d" @2: int
--> column "odd ""name"."select" @3: text
--> column "odd ""name".key @4: text
--> column "odd ""name".key2 @5: text
--> column "odd ""name"."1st" @6: text
--> column "odd ""name".été @7: text
--> column "odd ""name".str @8: text
--> column "odd ""name".plain @9: text
--> column "odd ""name"."a.b" @10: text
--> column "odd ""name"."$x" @11: int
--> column "odd ""name"._y$1 @12: int
--> table "odd ""name": 

-- types may have several words, numbers, quotes or be absent
create table t (a, b unsigned  BIG int, c varchar(255), d decimal(+10 , -2), e "double precision", f character varying (20) not null, g generated, h "text"(3), i national character(1) default 'x' );
select line from said_of where line glob 'column*';
drop table t;
--> column t.a @1: 
--> column t.b @2: unsigned big int
--> column t.c @3: varchar(255)
--> column t.d @4: decimal(+10, -2)
--> column t.e @5: "double precision"
--> column t.f @6: character varying(20) not null
--> column t.g @7: generated
--> column t.h @8: text(3)
--> column t.i @9: national character(1) default 'x'

-- column clauses are read in any order
create table t (a text collate "NoCase" default 'it''s' not null on conflict replace, b int default -5 null on conflict ignore, c default +0x1F, d default 1.50e+3,
	e default x'0AfF', f default null, g default current_timestamp, h default (current_timestamp), i default (1), j default (1 + (2*3)), k default "Quoted", l default Word, m default true, n default (-.5),
	o int not null on conflict abort constraint named default 2, p int generated always as (a||b) , q int as (b+1) stored, r int generated always as ( -b ) virtual not null, s int constraint only_a_name);
select line from said_of where line glob 'column*';
drop table t;
--> column t.a @1: text collate nocase not null on conflict replace default 'it''s'
--> column t.b @2: int default -5
--> column t.c @3: default +0x1f
--> column t.d @4: default 1.50e+3
--> column t.e @5: default x'0aff'
--> column t.f @6: default null
--> column t.g @7: default current_timestamp
--> column t.h @8: default current_timestamp
--> column t.i @9: default 1
--> column t.j @10: default (1 + (2 * 3))
--> column t.k @11: default 'Quoted'
--> column t.l @12: default 'Word'
--> column t.m @13: default true
--> column t.n @14: default -.5
--> column t.o @15: int not null default 2
--> column t.p @16: int generated always as (a || b)
--> column t.q @17: int generated always as (b + 1) stored
--> column t.r @18: int not null generated always as (-b)
--> column t.s @19: int

-- constraints of columns
create table t (a integer constraint pk primary key autoincrement, b text unique on conflict ignore check (length(b) > 1) constraint odd check (b <> 'A' and b!="c"),
	c int references p, d int references "P" (x) on delete set null on update cascade match full, e int references p (y) on insert cascade on delete no action deferrable,
	f int constraint fk references p (y) on update restrict not deferrable initially deferred, g int references p (z) deferrable initially deferred unique on conflict abort);
select line from said_of where line not glob 'column*';
--> constraint t.check (length(b) > 1): check (length(b) > 1)
--> constraint t.fk: foreign key (f) references p (y) on update restrict
--> constraint t.foreign key (c) references p: foreign key (c) references p
--> constraint t.foreign key (d) references p: foreign key (d) references p (x) match full on delete set null on update cascade
--> constraint t.foreign key (e) references p: foreign key (e) references p (y) deferrable
--> constraint t.foreign key (g) references p: foreign key (g) references p (z) deferrable initially deferred
--> constraint t.odd: check (b <> 'A' and b != c)
--> constraint t.pk: primary key (a) autoincrement
--> constraint t.unique (b): unique (b) on conflict ignore
--> constraint t.unique (g): unique (g)
--> table t: 

-- table constraints equal column constraints, with or without commas
update print set was = dbmigrate_fingerprint();
drop table t;
create table /* one */ T (a integer -- ,b
	, b text, [c] INT, d Int, "e" int, f int, g int,
	constraint PK primary key (a autoincrement) unique ( "b" ) on conflict ignore unique (g asc)
	check ( LENGTH ( B )>1 ) constraint "ODD" check([b]<>'A' and b != c), foreign key (c) references [p]
	foreign key (d) references p(x) match FULL on update cascade on delete set null,foreign key(e) references p(y) deferrable initially immediate constraint FK
	foreign key (f) references p("y") on update restrict, foreign key (g) references p(z) deferrable initially deferred);
select line from same;
drop table t;
--> same

-- INTEGER PRIMARY KEY is the rowid unless DESC follows
create table a (x integer primary key desc, y);
create table b (x integer, y, primary key (x desc));
create table c (x integer, y, primary key (x desc)) without rowid;
create table d (x int, y text, primary key ('x', y collate nocase desc) on conflict fail) without rowid, strict;
create table e (x integer primary key asc on conflict replace) strict;
create table f (x int, primary key (x desc), unique (x collate rtrim desc));
select line from said_of where line not glob 'column*';
drop table a; drop table b; drop table c; drop table d; drop table e; drop table f;
--> constraint a.primary key: primary key (x desc)
--> constraint b.primary key: primary key (x)
--> constraint c.primary key: primary key (x desc)
--> constraint d.primary key: primary key (x, y collate nocase desc) on conflict fail
--> constraint e.primary key: primary key (x) on conflict replace
--> constraint f.primary key: primary key (x desc)
--> constraint f.unique (x collate rtrim desc): unique (x collate rtrim desc)
--> table a: 
--> table b: 
--> table c: without rowid
--> table d: without rowid, strict
--> table e: strict
--> table f: 

-- equal constraints are numbered independently of their order
create table a (x int check (x > 0) check (x > 0), y int references p (b) references p (a), constraint c check (y > 1), constraint "C" check (y > 0));
select line from said_of where line glob 'constraint*';
update print set was = dbmigrate_fingerprint();
drop table a;
create table a (x int, y int, constraint c check (y > 0) constraint c check (y > 1) foreign key (y) references p (a), foreign key (y) references p (b) check (x > 0), check (x > 0));
select line from same;
drop table a;
--> constraint a.c: check (y > 0)
--> constraint a.c 2: check (y > 1)
--> constraint a.check (x > 0): check (x > 0)
--> constraint a.check (x > 0) 2: check (x > 0)
--> constraint a.foreign key (y) references p: foreign key (y) references p (a)
--> constraint a.foreign key (y) references p 2: foreign key (y) references p (b)
--> same

-- indexes
create table t (a, b, "c d");
create index Idx on t (a asc, "b" desc);
create unique index if not exists "idx 2" on "T" ([a] collate nocase, lower ( B ), ("c d") , 'c d') where a is NOT null and b in (1,2)  -- the end
;
select type, name, parent, definition, details from objects where type = 'index';
--> index|"idx 2"|t|unique index on t (a collate nocase, lower(b), ("c d"), "c d") where a is not null and b in (1, 2)|{"sql":"CREATE UNIQUE INDEX \"idx 2\" on \"T\" ([a] collate nocase, lower ( B ), (\"c d\") , 'c d') where a is NOT null and b in (1,2)","order":7}
--> index|idx|t|index on t (a, b desc)|{"sql":"CREATE INDEX Idx on t (a asc, \"b\" desc)","order":6}

-- views and triggers
-- since 3.38: the view has the operator ->>
create view v (x, "Y", c, d, e, f, g, h, i, j, k, l, m, n) as select -a, a - -1, - - a, case when a<=1 then "B" || 'B' else x'AB' end, t.*, b -> '$.a' ->> 'c', 1.5e-3, .5, a << 2, a <> ~b, count(*) over (partition by b), (select 1) from T as t where (a, b) in (values (1, 2)) -- comment ; at the end
;
create trigger tr update of a , "B" on t for each row when new.a>1 begin insert into t values ( 1,2 , 3 ); update t set A = -1 where b = 'X;' ; end;
create trigger main."Tr 2" instead of delete on v begin select raise(abort, 'No'); end;
select type, name, parent, definition, details from objects where type in ('view', 'trigger');
update print set was = dbmigrate_fingerprint();
drop trigger tr;
create trigger TR before update of "a", b ON T /* for each row */ when New.a > 2 begin insert into t values (1, 2, 3); update t set a = -1 where b = 'X;'; end;
select line from same;
drop trigger tr;
create trigger TR before update of "a", b ON T /* for each row */ when New."a" > 1 begin insert into t values (1, 2, 3); update t set a = -1 where b = 'X;'; end;
select line from same;
drop view v; drop table t;
--> trigger|t.tr|t|before update of a, b on t when new.a > 1 begin insert into t values (1, 2, 3); update t set a = -1 where b = 'X;'; end|{"sql":"CREATE TRIGGER tr update of a , \"B\" on t for each row when new.a>1 begin insert into t values ( 1,2 , 3 ); update t set A = -1 where b = 'X;' ; end","order":9}
--> trigger|v."tr 2"|v|instead of delete on v begin select raise(abort, 'No'); end|{"sql":"CREATE TRIGGER \"Tr 2\" instead of delete on v begin select raise(abort, 'No'); end","order":10}
--> view|v||(x, y, c, d, e, f, g, h, i, j, k, l, m, n) as select -a, a - -1, - -a, case when a <= 1 then b || 'B' else x'ab' end, t.*, b -> '$.a' ->> 'c', 1.5e-3, .5, a << 2, a <> ~b, count(*) over(partition by b), (select 1) from t as t where (a, b) in (values (1, 2))|{"sql":"CREATE VIEW v (x, \"Y\", c, d, e, f, g, h, i, j, k, l, m, n) as select -a, a - -1, - - a, case when a<=1 then \"B\" || 'B' else x'AB' end, t.*, b -> '$.a' ->> 'c', 1.5e-3, .5, a << 2, a <> ~b, count(*) over (partition by b), (select 1) from T as t where (a, b) in (values (1, 2))","order":8}
--> differs
--> same

-- virtual tables have their module's arguments, without shadow tables
create virtual table Words using FTS5 ( Title, body ,  tokenize = 'porter  ascii' , prefix='2 3');
create virtual table boxes using "rtree"(id, x0, x1);
select type, name, definition from objects;
drop table words; drop table boxes;
--> table|boxes|using rtree(id, x0, x1)
--> table|words|using fts5(Title, body, tokenize = 'porter  ascii', prefix='2 3')

-- CREATE TABLE AS keeps column types; temporary tables are not included
create table src (a int, "B c" text, d real);
create table copy as select *, a + 1 as e, 'x' as "select" from src;
create temp table copy2 (a);
select line from said_of where line glob '*copy*';
drop table src; drop table copy; drop table temp.copy2;
--> column copy.a @1: int
--> column copy."b c" @2: text
--> column copy.d @3: real
--> column copy.e @4: 
--> column copy."select" @5: 
--> table copy: 

-- ALTER TABLE gives the same as the equivalent definition
create table t (a integer primary key, b text, constraint c check (b <> '')) ;
alter table t add column c text not null default 'x' check (c <> '') references u (v);
alter table t rename column b to "b b";
alter table t rename to "u";
create index i on u ("b b", c);
select line from said_of;
update print set was = dbmigrate_fingerprint();
drop table u;
create table "U"(A INTEGER, "B B" TEXT, c text default 'x' not null, primary key(a), check ("c" <> ''), constraint C check("B b"<>''), foreign key(c) references U(V));
create index i on u ("B b", c);
select line from same;
--> column u.a @1: integer
--> column u."b b" @2: text
--> column u.c @3: text not null default 'x'
--> constraint u.c: check ("b b" <> '')
--> constraint u.check (c <> ''): check (c <> '')
--> constraint u.foreign key (c) references u: foreign key (c) references u (v)
--> constraint u.primary key: primary key (a)
--> index i: index on u ("b b", c)
--> table u: 
--> same

-- strings are compared exactly, and every change is found
drop index i;
create index i on u ("b b", c desc);
select line from same;
drop table u;
create table u (a integer, "b b" text, c text default 'X' not null, primary key(a), check (c <> ''), constraint c check("b b"<>''), foreign key(c) references u(v));
create index i on u ("b b", c);
select line from same;
drop table u;
--> differs
--> differs

-- the order of columns does not change the fingerprint
create table t (a, b);
update print set was = dbmigrate_fingerprint();
drop table t;
create table t (b, a);
select line from same;
select line from said_of;
drop table t;
--> same
--> column t.b @1: 
--> column t.a @2: 
--> table t: 

-- what a file stores behind a statement is no part of the schema, as SQLite does not read it
create table stored (a);
create index stored_i on stored (a);
create view stored_v as select a from stored;
create trigger stored_g after insert on stored begin select case when 1 then 2 end; select 1; end;
create temp table before as select dbmigrate_fingerprint() as f;
pragma writable_schema = on;
update sqlite_schema set sql = sql || '; ATTACH ''other.db'' AS o; end;' || char(10) || '.shell echo' where name glob 'stored*';
pragma writable_schema = reset;
select f = dbmigrate_fingerprint() from before;
select distinct dbmigrate_schema() glob '*ATTACH*', dbmigrate_diff('{"engine": "sqlite", "objects": []}', dbmigrate_schema()) glob '*ATTACH*';
drop table before;
drop view stored_v;
drop table stored;
--> 1
--> 0|0

-- text that cannot be parsed is one object
create table t (a int, b int);
pragma writable_schema = on;
update sqlite_schema set sql = 'CREATE TABLE t (a int, B int) with "Something" new' where name = 't';
select line from said_of;
pragma writable_schema = off;
--> table t: create table t(a int, b int) with something new
