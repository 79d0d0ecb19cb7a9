-- dbmigrate_rebuild: a table becomes what a CREATE TABLE statement says.

create table p (id integer primary key autoincrement, name text, Amount int default 3, twice as (amount * 2));
create table c (id integer primary key, p not null references p on delete cascade);
create table n (p references p on delete set null);
insert into p values (2, 'b', null), (7, 'g', 4), (9, 'i', 5);
delete from p where id = 9;
insert into c values (1, 2), (2, 7);
insert into n values (7);
create index p_name on p (name collate nocase) where amount > 1;
create unique index "p upper" on p (upper(name));
create view v as select p.name, c.id from p join c on c.p = p.id;
create view w as select id from v;
create trigger p_u after update of name on p begin update c set id = id; end;
create trigger c_i after insert on c begin update p set amount = amount + 1 where id = new.p; end;
create trigger w_i instead of insert on w begin insert into p (name) values (new.id); end;
create temp trigger p_d before delete on p begin select raise(abort, 'p_d'); end;
create temp view tv as select name from main.p;
analyze;
create table was as select type, name, tbl_name, sql from sqlite_schema where type <> 'table' and name not glob 'dbcare_*';

-- ---- what it keeps ----

-- the result lists the steps; a dry run changes nothing
pragma foreign_keys = on;
select json_remove(dbmigrate_rebuild('p', 'create table p (id integer primary key autoincrement, name text not null, extra text default ''x'', amount int default 3, twice as (amount * 2), half int as (amount / 2) stored);', '{"dry_run": true}'), '$.sql');
select dbmigrate_rebuild('main.P', 'create table p (id integer primary key autoincrement, name text not null, extra text default ''x'', amount int default 3, twice as (amount * 2), half int as (amount / 2) stored);', '{"dry_run": true}') ->> 'sql';
select sql from sqlite_schema where name = 'p';
--> {"kept":["id","name","amount","twice"],"rows":2,"added":["extra","half"],"changed":[],"dropped":[],"dry_run":true,"recreated":["index p_name","index p upper","trigger p_u","trigger p_d"],"table_name":"p"}
--> update main.sqlite_stat1 set tbl = 'dbcare_kept_' || tbl, idx = 'dbcare_kept_' || idx where tbl = 'p' collate nocase;
--> drop trigger temp."p_d";
--> drop trigger main."p_u";
--> drop index main."p upper";
--> drop index main."p_name";
--> alter table main."p" rename to "dbcare_old_p";
--> create table main.p (id integer primary key autoincrement, name text not null, extra text default 'x', amount int default 3, twice as (amount * 2), half int as (amount / 2) stored);
--> insert or abort into main."p" ("id", "name", "amount") select "id", "name", "Amount" from main."dbcare_old_p";
--> delete from main.sqlite_sequence where name = 'p';
--> update main.sqlite_sequence set name = 'p' where name = 'dbcare_old_p';
--> drop table main."dbcare_old_p";
--> create index main.p_name on p (name collate nocase) where amount > 1;
--> create unique index main."p upper" on p (upper(name));
--> create trigger main.p_u after update of name on p begin update c set id = id; end;
--> create trigger temp.p_d before delete on p begin select raise(abort, 'p_d'); end;
--> update main.sqlite_stat1 set tbl = 'p', idx = substr(idx, 13) where tbl = 'dbcare_kept_p' collate nocase;
--> analyze main.sqlite_schema;
--> 
--> CREATE TABLE p (id integer primary key autoincrement, name text, Amount int default 3, twice as (amount * 2))

-- child rows stay, inside a transaction and outside
begin;
select json_remove(dbmigrate_rebuild('p', 'create table p (id integer primary key autoincrement, name text not null, extra text default ''x'', amount int default 3, twice as (amount * 2), half int as (amount / 2) stored);'), '$.sql');
commit;
select * from c;
select * from n;
select * from p;
select sql from sqlite_schema where name = 'p';
--> {"kept":["id","name","amount","twice"],"rows":2,"added":["extra","half"],"changed":[],"dropped":[],"dry_run":false,"recreated":["index p_name","index p upper","trigger p_u","trigger p_d"],"table_name":"p"}
--> 1|2
--> 2|7
--> 7
--> 2|b|x|||
--> 7|g|x|4|8|2
--> CREATE TABLE p (id integer primary key autoincrement, name text not null, extra text default 'x', amount int default 3, twice as (amount * 2), half int as (amount / 2) stored)

-- foreign keys are enforced and names are read as before
delete from n; insert into n values (99);
select foreign_keys, legacy_alter_table from pragma_foreign_keys, pragma_legacy_alter_table;
select "no such column" from p where id = 2;
--> ERROR: FOREIGN KEY constraint failed (19)
--> 1|0
--> no such column

-- indexes, triggers and views are kept, temporary ones too
select * from was except select type, name, tbl_name, sql from sqlite_schema;
select name, tbl_name, sql from temp.sqlite_schema where name = 'p_d';
delete from p where id = 2;
select * from tv;
insert into w values ('w');
insert into c values (3, 7);
select * from p;
--> p_d|p|CREATE TRIGGER p_d before delete on p begin select raise(abort, 'p_d'); end
--> ERROR: p_d (19)
--> b
--> g
--> 2|b|x|||
--> 7|g|x|5|10|2
--> 10|w|x|3|6|1

-- the sequence and the statistics are kept
select name, seq from sqlite_sequence where name = 'p';
select tbl, idx, stat from sqlite_stat1 where tbl = 'p' order by idx;
--> p|10
--> p|p upper|2 1
--> p|p_name|1 1

-- rowids are kept, whatever column hides their name
create table r (rowid text, oid, a int);
insert into r (_rowid_, a) values (5, 1), (17, 2);
select dbmigrate_rebuild('r', 'create table r (a int not null, rowid text, "_ROWID_" text)', '{"drop_columns": ["oid"]}') ->> 'rows';
select oid, a from r;
select dbmigrate_rebuild('r', 'create table r (n integer primary key, a int not null)', '{"drop_columns": ["rowid", "_rowid_"]}') -> 'added';
select * from r;
select dbmigrate_rebuild('r', 'create table r (a int not null)', '{"drop_columns": ["n"]}') -> 'dropped';
select rowid, a from r;
--> 2
--> 5|1
--> 17|2
--> ["n"]
--> 5|1
--> 17|2
--> ["n"]
--> 5|1
--> 17|2

-- a table can become WITHOUT ROWID and back
create table k (a text collate nocase, b int, v real default 0.5, primary key (b desc, a));
insert into k values ('x', 1, 2), ('y', 1, null), ('X', 2, 2.5);
select dbmigrate_rebuild('k', 'create table k (a text collate nocase not null, b int not null, v real default 0.5, primary key (b desc, a)) without rowid') -> 'changed';
select a, b, v, typeof(v) from k;
select dbmigrate_rebuild('k', 'create table k (b int, a text collate nocase, v real default 0.5, primary key (b desc, a))') -> 'changed';
select a, b, v, typeof(v) from k;
--> ["WITHOUT ROWID added"]
--> X|2|2.5|real
--> x|1|2.0|real
--> y|1||null
--> ["WITHOUT ROWID removed"]
--> X|2|2.5|real
--> x|1|2.0|real
--> y|1||null

-- AUTOINCREMENT can be added and removed
create table s (id integer primary key, a);
insert into s values (4, 1);
select dbmigrate_rebuild('s', 'create table s (id integer primary key autoincrement, a)') -> 'changed';
select * from sqlite_sequence where name = 's';
select dbmigrate_rebuild('s', 'create table s (id integer primary key, a)') -> 'changed';
select * from sqlite_sequence where name = 's';
--> ["AUTOINCREMENT added"]
--> s|4
--> ["AUTOINCREMENT removed"]

-- a table that names itself in an expression is copied twice
create table q (id integer primary key autoincrement, a text collate nocase check (q.a <> ''), b real, parent references q (id));
create index q_a on q (a) where q.b > 0;
insert into q values (3, 'A', 1, null), (8, 'b', -0.5, 3);
delete from q where id = 8;
analyze q;
select dbmigrate_rebuild('q', 'create table q (id integer primary key autoincrement, a text collate nocase check (q.a <> ''''), b real, parent references q (id), is_a int)', '{"columns": {"is_a": "a = ''a''"}}') ->> 'sql';
select *, typeof(b) from q;
select * from sqlite_sequence where name = 'q';
select * from sqlite_stat1 where tbl = 'q';
insert into q (parent) values (77);
--> update main.sqlite_stat1 set tbl = 'dbcare_kept_' || tbl, idx = 'dbcare_kept_' || idx where tbl = 'q' collate nocase;
--> drop index main."q_a";
--> create table main."dbcare_old_q" ("id", "a", "b", "parent", "is_a");
--> insert into main."dbcare_old_q" select "id", "a", "b", "parent", (a = 'a'
--> ) from main."q";
--> insert into main.sqlite_sequence (name, seq) select 'dbcare_old_q', seq from main.sqlite_sequence where name = 'q';
--> drop table main."q";
--> create table main.q (id integer primary key autoincrement, a text collate nocase check (q.a <> ''), b real, parent references q (id), is_a int);
--> insert or abort into main."q" ("id", "a", "b", "parent", "is_a") select * from main."dbcare_old_q";
--> delete from main.sqlite_sequence where name = 'q';
--> update main.sqlite_sequence set name = 'q' where name = 'dbcare_old_q';
--> drop table main."dbcare_old_q";
--> create index main.q_a on q (a) where q.b > 0;
--> update main.sqlite_stat1 set tbl = 'q', idx = substr(idx, 13) where tbl = 'dbcare_kept_q' collate nocase;
--> analyze main.sqlite_schema;
--> 
--> 3|A|1.0||1|real
--> q|8
--> q|q_a|1 1
--> q||1
--> ERROR: FOREIGN KEY constraint failed (19)

-- names may need quotes
create table "select "" from" ("a ""b" int, [c d] text, `order` int, "é" text);
create index "i ""x" on "select "" from" ("a ""b");
create trigger [t "] after insert on "select "" from" begin update "select "" from" set "order" = 1; end;
insert into "select "" from" values (1, 'c', 2, 'e');
select json_remove(dbmigrate_rebuild('"select "" from"', 'create table if not exists main.[select " from] ("é" text, "a ""b" int not null, [c d] text, `order` int check ("order" > 0))'), '$.sql');
select * from "select "" from";
--> {"kept":["é","a \"b","c d","order"],"rows":1,"added":[],"changed":[],"dropped":[],"dry_run":false,"recreated":["index i \"x","trigger t \""],"table_name":"\"select \"\" from\""}
--> e|1|c|1

-- ---- columns ----

-- columns are filled, renamed and dropped
create table d (id integer primary key, first text, last text, born text, note text);
insert into d values (1, 'Ada', 'L', '1815', 'x'), (2, 'Alan', 'T', '1912', null);
select json_remove(dbmigrate_rebuild('d', 'create table d (id integer primary key, name text not null, surname text, born int not null, age as (2000 - born))', '{"columns": {"name": "first || '' '' || last -- both", "surname": "\"LAST\"", "born": "cast(born as int)"}, "drop_columns": ["first", "Note"]}'), '$.sql');
select *, typeof(born) from d;
--> {"kept":["id","surname"],"rows":2,"added":["name","born","age"],"changed":[],"dropped":["first","note"],"dry_run":false,"recreated":[],"table_name":"d"}
--> 1|Ada L|L|1815|185|integer
--> 2|Alan T|T|1912|88|integer

-- a generated column can become ordinary and back if its values agree
create table g (a int, b int as (a + 1), c int);
insert into g values (1, 2), (2, 3);
select dbmigrate_rebuild('g', 'create table g (a int, b int, c int as (b) stored)') -> 'kept';
select * from g;
select dbmigrate_rebuild('g', 'create table g (a int, b int as (a), c int as (b + 1))');
select dbmigrate_rebuild('g', 'create table g (a int as (b - 1), b int, c int as (b + 1))') -> 'kept';
select * from g;
select dbmigrate_rebuild('g', 'create table g (b int, a int as (b))') -> 'dropped';
select dbmigrate_rebuild('g', 'create table g (b int, a int as (b), c int)') -> 'added';
--> ["a","b","c"]
--> 1|2|2
--> 2|3|3
--> ERROR: dbcare: values of column "b" would change. If the change is intended, pass an expression such as a cast in {"columns": {...}}.
--> ["a","b"]
--> 1|2|3
--> 2|3|4
--> ["c"]
--> ["c"]

-- dropped values and new columns must be named
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text)');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int, code text not null)');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"drop_columns": ["surname"]}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text)', '{"drop_columns": ["nothing"]}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": {"nothing": "1"}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int, g as (1))', '{"columns": {"g": "1"}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": {"name": "1), (2"}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": {"name": "\"missing\" || 1"}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": {"name": "max(name)"}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": {"name": 1}}');
select dbmigrate_rebuild('d', 'create table d (id integer primary key, name text, surname text, born int)', '{"columns": ["name"]}');
select dbmigrate_rebuild('d', 'create table d (nothing primary key) without rowid', '{"drop_columns": ["id", "name", "surname", "born"]}');
--> ERROR: dbcare: the values of column "surname" would be lost. To drop the column, name it in {"drop_columns": [...]}; if the column is renamed, map it in {"columns": {...}}.
--> ERROR: dbcare: column "code" has no value for existing rows: it is NOT NULL and has no default. Pass an expression for the column in {"columns": {...}}.
--> ERROR: dbcare: the new table has column "surname", which drop_columns names. Remove the column from the statement or from drop_columns.
--> ERROR: dbcare: column "nothing" of table d does not exist
--> ERROR: dbcare: the new table has no column "nothing" to fill
--> ERROR: dbcare: column "g" is generated and cannot be filled
--> ERROR: dbcare: not one expression: 1), (2
--> ERROR: dbcare: no such column: missing
--> ERROR: dbcare: misuse of aggregate function max()
--> ERROR: dbcare: column "name" cannot be filled with 1. Pass SQL as a string: {"columns": {"name": "upper(name)"}}.
--> ERROR: dbcare: option "columns" cannot be ["name"]. The value must be an object.
--> ERROR: dbcare: the new table keeps no column of d

-- values that another type would change are counted
create table t (a text, b, c int, d numeric);
insert into t values ('1', 1, 'x', 1.5), ('2.0', '1', 2, 2), ('z', x'31', null, 3.25);
select dbmigrate_rebuild('t', 'create table t (a int, b, c int, d numeric)');
select dbmigrate_rebuild('t', 'create table t (a text, b text, c int, d numeric)');
select dbmigrate_rebuild('t', 'create table t (a text, b, c text, d numeric)');
select dbmigrate_rebuild('t', 'create table t (a text, b, c int, d real)');
select dbmigrate_rebuild('t', 'create table t (a text, b any, c any, d any) strict') -> 'changed';
select dbmigrate_rebuild('t', 'create table t (a text, b any, c int, d any) strict');
select typeof(a), typeof(b), typeof(c), typeof(d) from t;
--> ERROR: dbcare: 2 values of column "a" would change from text to integer. If the change is intended, pass an expression such as a cast in {"columns": {...}}.
--> ERROR: dbcare: 1 value of column "b" would change from integer to text. If the change is intended, pass an expression such as a cast in {"columns": {...}}.
--> ERROR: dbcare: 1 value of column "c" would change from integer to text. If the change is intended, pass an expression such as a cast in {"columns": {...}}.
--> ERROR: dbcare: 1 value of column "d" would change from integer to real. If the change is intended, pass an expression such as a cast in {"columns": {...}}.
--> ["STRICT added"]
--> ERROR: dbcare: cannot store TEXT value in INT column t.c (19)
--> text|integer|text|real
--> text|text|integer|integer
--> text|blob|null|real

-- constraints cannot skip or replace rows
create table o (a int, b int);
insert into o values (1, 1), (1, 2), (null, 3);
select dbmigrate_rebuild('o', 'create table o (a int unique on conflict replace, b int)');
select dbmigrate_rebuild('o', 'create table o (a int not null on conflict ignore, b int)');
select dbmigrate_rebuild('o', 'create table o (a int, b int, check (b < 3) on conflict ignore)');
select dbmigrate_rebuild('o', 'create table o (a int primary key on conflict ignore, b int) without rowid');
select count(*), foreign_keys, legacy_alter_table from o, pragma_foreign_keys, pragma_legacy_alter_table;
--> ERROR: dbcare: UNIQUE constraint failed: o.a (19)
--> ERROR: dbcare: NOT NULL constraint failed: o.a (19)
--> ERROR: dbcare: CHECK constraint failed: b < 3 (19)
--> ERROR: dbcare: UNIQUE constraint failed: o.a (19)
--> 3|1|0

-- ---- what refers to it ----

-- a dropped column used by an index or a trigger is refused
create table x (a int, b int, c int);
create index x_b on x (a, "B");
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop index x_b;
create index x_b on x (c) where b > 0;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop index x_b;
create trigger x_u after update of a, b on x begin select 1; end;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop trigger x_u;
create trigger x_i after insert on x begin select new.b; end;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop trigger x_i;
--> ERROR: dbcare: index "x_b" uses column "b", which is dropped. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: index "x_b" uses column "b", which is dropped. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: trigger "x_u" uses column "b", which is dropped. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: a trigger of "x" would stop working: no such column: new.b. The triggers are: x_i. Drop the object first, and create it again afterwards.

-- a dropped column used by a view or another table's trigger is refused
create view x_v as select a, "b" from x;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop view x_v;
create table y (a);
create trigger y_d after delete on y begin delete from x where "b" = old.a; end;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop trigger y_d;
create view x_v as select "a string", b from x;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop view x_v;
create temp trigger y_u update on y begin select "a string", b from x; end;
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}');
drop trigger y_u;
--> ERROR: dbcare: view "x_v" would stop working: no such column: b. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: a trigger of "y" would stop working: no such column: b. The triggers are: y_d. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: view "x_v" may use column "b", which is dropped. Drop the object first, and create it again afterwards.
--> ERROR: dbcare: a trigger of "y" may use column "b", which is dropped. Drop the object first, and create it again afterwards.

-- views and triggers that were broken before are ignored
create view x_broken as select missing from nowhere;
create trigger y_broken after delete on y begin delete from nowhere; end;
create view x_v as select "a string", c from x;
create index x_c on x (c) where c <> 'b';
select dbmigrate_rebuild('x', 'create table x (a int, c int)', '{"drop_columns": ["b"]}') -> 'recreated';
--> ["index x_c"]

-- only new rows without parent are refused
pragma foreign_keys = off;
create table parent (id integer primary key, k text unique, other int);
create table child (id integer primary key, p int references parent, k text references parent (k));
insert into parent values (1, 'a', 1), (2, 'b', 2);
insert into child values (1, 1, 'a'), (2, 77, 'b'), (3, 78, null);
pragma foreign_keys = on;
select dbmigrate_rebuild('parent', 'create table parent (id integer primary key, k text not null unique, other int)') ->> 'rows';
select dbmigrate_rebuild('child', 'create table child (id integer primary key, p int not null references parent, k text references parent (k))') ->> 'rows';
select dbmigrate_rebuild('parent', 'create table parent (id integer primary key, k text unique, other int)', '{"columns": {"k": "k || 1"}}');
select dbmigrate_rebuild('child', 'create table child (id integer primary key references parent, p int references parent, k text references parent (k))');
pragma foreign_keys = off;
select dbmigrate_rebuild('child', 'create table child (id integer primary key references parent, p int references parent, k text references parent (k))');
pragma foreign_keys = on;
select dbmigrate_rebuild('parent', 'create table parent (id integer primary key, k text, other int)');
select * from child;
--> 2
--> 3
--> ERROR: dbcare: 2 rows of "child" now without parent in "parent". Repair the rows first; dbcheck_orphans() lists them. (19)
--> ERROR: dbcare: 1 row of "child" now without parent in "parent". Repair the rows first; dbcheck_orphans() lists them. (19)
--> ERROR: dbcare: 1 row of "child" now without parent in "parent". Repair the rows first; dbcheck_orphans() lists them. (19)
--> ERROR: dbcare: foreign key mismatch - "child" referencing "parent"
--> 1|1|a
--> 2|77|b
--> 3|78|

-- a mismatched foreign key does not stop the check of others
pragma foreign_keys = off;
create table broken (k text references parent2 (no_key));
create table child2 (p int references "PARENT2");
create table parent2 (id integer primary key, no_key text);
insert into parent2 values (1, 'a');
insert into child2 values (1), (8);
select dbmigrate_rebuild('parent2', 'create table parent2 (id integer primary key, no_key text)', '{"columns": {"id": "id + 1"}}');
select dbmigrate_rebuild('parent2', 'create table parent2 (id integer primary key, no_key text not null)') -> 'kept';
pragma foreign_keys = on;
--> ERROR: dbcare: 1 row of "child2" now without parent in "PARENT2". Repair the rows first; dbcheck_orphans() lists them. (19)
--> ["id","no_key"]

-- a pending deferred violation refuses the rebuild
create table later (p references parent deferrable initially deferred);
begin;
insert into later values (7);
select dbmigrate_rebuild('o', 'create table o (a int, b int)');
delete from later;
select dbmigrate_rebuild('o', 'create table o (a int, b int)') ->> 'rows';
commit;
--> ERROR: dbcare: foreign_keys cannot be changed while rows violate a deferred foreign key. SQLite would forget the violations, or never allow the transaction to commit. Change foreign_keys before the rows, or repair the rows first.
--> 3

-- ---- where it cannot be done ----

-- views and internal tables are refused
create virtual table f using fts5 (a);
create temp table tt (a);
attach ':memory:' as aux;
create table aux.t (a);
select dbmigrate_rebuild('nothing', 'create table nothing (a)');
select dbmigrate_rebuild('v', 'create table v (a)');
select dbmigrate_rebuild('f', 'create table f (a)');
select dbmigrate_rebuild('f_data', 'create table f_data (a)');
select dbmigrate_rebuild('sqlite_sequence', 'create table sqlite_sequence (a)');
select dbmigrate_rebuild('tt', 'create table tt (a)');
select dbmigrate_rebuild('aux.t', 'create table t (a)');
detach aux;
.once added.txt
select dbcare_install();
select dbmigrate_rebuild('dbcare_setting', 'create table dbcare_setting (a)');
--> ERROR: dbcare: table nothing does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
--> ERROR: dbcare: v is not a table. Pass the name of a table.
--> ERROR: dbcare: f is not a table. Pass the name of a table.
--> ERROR: dbcare: f_data is not a table. Pass the name of a table.
--> ERROR: dbcare: sqlite_sequence belongs to SQLite
--> ERROR: dbcare: temp.tt is not in the main database. Create a new temporary table instead; for a table of the same name in the file, write "main." before the name.
--> ERROR: dbcare: aux.t is not in the main database. Open that file as the main database.
--> ERROR: dbcare: dbcare_setting belongs to dbcare

-- only one CREATE TABLE statement is accepted
select dbmigrate_rebuild('o', 'create table o as select 1');
select dbmigrate_rebuild('o', 'create table o (a int, b int); drop table d');
select dbmigrate_rebuild('o', 'create index o on d (id)');
select dbmigrate_rebuild('o', 'create table oo (a int, b int)');
select dbmigrate_rebuild('o', 'create temp table o (a int, b int)');
select dbmigrate_rebuild('o', 'create table aux.o (a int, b int)');
select dbmigrate_rebuild('o', 'create table o (a int, b int, b int)');
select dbmigrate_rebuild('o', 'create table o (a int, b int check (missing > 0))');
select dbmigrate_rebuild('o', '');
select dbmigrate_rebuild('o', 'create table o (a int, b int)', '{"force": true}');
--> ERROR: dbcare: not one CREATE TABLE statement: create table o as select 1. Pass the whole definition, with all columns.
--> ERROR: dbcare: not one CREATE TABLE statement: create table o (a int, b int); drop table d. Pass the whole definition, with all columns.
--> ERROR: dbcare: not one CREATE TABLE statement: create index o on d (id). Pass the whole definition, with all columns.
--> ERROR: dbcare: the new table must have the name of the old one, o. Rename the table with ALTER TABLE, before or afterwards.
--> ERROR: dbcare: the new table must have the name of the old one, o. Rename the table with ALTER TABLE, before or afterwards.
--> ERROR: dbcare: the new table must have the name of the old one, o. Rename the table with ALTER TABLE, before or afterwards.
--> ERROR: dbcare: duplicate column name: b
--> ERROR: dbcare: no such column: missing
--> ERROR: dbcare: not one CREATE TABLE statement: . Pass the whole definition, with all columns.
--> ERROR: dbcare: unknown option "force". Valid options are: columns, drop_columns, dry_run, confirm.

-- a name in use is refused
create table dbcare_old_o (a);
select dbmigrate_rebuild('o', 'create table o (a int, b int)');
drop table dbcare_old_o;
--> ERROR: dbcare: there is already another table or index with this name: dbcare_old_o

-- the suggestion of dbmigrate_lint() runs
create table l (id integer primary key, "a ""b" text unique, c text);
insert into l values (1, 'b', 'c');
.once suggested.sql
select suggestion from dbmigrate_lint('alter table l drop column "a ""b"') where rule = 'drop-column-blocked';
.once added.txt
.read suggested.sql
select * from l;
--> 1|c

-- a stored definition of another table is refused
create table z (a int);
create table victim (a int);
pragma writable_schema = on;
update sqlite_schema set sql = 'CREATE TABLE victim (a int)' where name = 'z';
select dbmigrate_rebuild('z', 'create table z (a int)');
update sqlite_schema set sql = 'CREATE TABLE z (a int)' where name = 'z';
pragma writable_schema = reset;
--> ERROR: dbcare: the SQL of table z cannot be parsed

-- calls in triggers and larger statements are refused
select dbmigrate_rebuild('o', 'create table o (a int, b int)') from o;
create trigger y_i after insert on y begin select dbmigrate_rebuild('o', 'create table o (a int, b int)'); end;
insert into y values (1);
drop trigger y_i;
--> ERROR: dbcare: dbmigrate_rebuild cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_rebuild(...);
--> ERROR: unsafe use of dbmigrate_rebuild()

-- migrations may call it, and dbmigrate_test() reports changed rows
create table m (id integer primary key, a text);
insert into m values (1, 'a');
.once added.txt
select dbmigrate_add('1', 'rebuild', 'select dbmigrate_rebuild(''m'', ''create table m (id integer primary key, a text not null)'')', 'select dbmigrate_rebuild(''m'', ''create table m (id integer primary key, a text)'')');
select lock_level from dbmigrate_plan;
select dbmigrate_test('1') ->> 'success';
select dbmigrate_apply() ->> 'success';
select sql from sqlite_schema where name = 'm';
.once added.txt
select dbmigrate_add('2', 'lose', 'select dbmigrate_rebuild(''m'', ''create table m (id integer primary key)'', ''{"drop_columns": ["a"]}'')', 'select dbmigrate_rebuild(''m'', ''create table m (id integer primary key, a text)'')');
select dbmigrate_test('2') -> '$.results[0].rows_changed';
--> write
--> 1
--> 1
--> CREATE TABLE m (id integer primary key, a text not null)
--> ["m"]

-- verify_sql and a SELECT from a table cannot call it
.once added.txt
select dbmigrate_add('2', 'look', 'create table two (a)', 'drop table two', '{"verify_sql": "select \"DBMIGRATE_REBUILD\"(''m'', ''create table m (id integer primary key, a text)'') is not null"}');
select dbmigrate_test('2') -> '$.results[0].error';
.once added.txt
select dbmigrate_add('2', 'from', 'select dbmigrate_rebuild(''m'', ''create table m (id integer primary key, a text)'') from m', null);
select dbmigrate_apply();
--> {"hint":null,"line":1,"detail":null,"source":"  1 | select \"DBMIGRATE_REBUILD\"('m', 'create table m (id integer primary key, a text)') is not null\n    | ^","context":"In verify_sql of migration 2, statement 1, line 1.","message":"the script is not read-only","sqlstate":"25006","statement_no":1}
--> ERROR: dbcare: dbmigrate_rebuild cannot run while another statement of this connection is in progress. Finish or reset the other statement first. In migration 2 up, statement 1, line 1.

-- an index may have the name of a column
create table note (id integer primary key, note, a);
create index note_a on note (a);
insert into note values (1, 2, 3);
select dbmigrate_rebuild('note', 'create table note (id integer primary key, a int)', '{"drop_columns": ["note"]}') -> 'recreated';
--> ["index note_a"]

-- a temporary table of the same name keeps its own triggers
create temp trigger note_t before insert on note begin select raise(abort, 'note_t'); end;
create temp table note (b);
create temp trigger note_b before insert on note begin select raise(abort, 'note_b'); end;
select dbmigrate_rebuild('main.note', 'create table note (id integer primary key, a)');
drop trigger note_t;
create temp trigger note_m before insert on main.note begin select raise(abort, 'note_m'); end;
select dbmigrate_rebuild('main.note', 'create table note (id integer primary key, a)') -> 'recreated';
insert into main.note values (2, 2);
insert into temp.note values (2);
drop table temp.note;
--> ERROR: dbcare: temporary trigger "note_t" would be created again on a temporary table of the same name. Drop the trigger first, and create it again with "main." before the table name.
--> ["index note_a","trigger note_m"]
--> ERROR: note_m (19)
--> ERROR: note_b (19)

-- all columns can have expressions
create table u (a text primary key, b) without rowid;
insert into u values ('x', 1), ('y', 2);
select dbmigrate_rebuild('u', 'create table u (a text primary key, b) without rowid', '{"columns": {"a": "upper(a)", "b": "b + 1"}}') -> 'added';
select * from u;
--> ["a","b"]
--> X|2
--> Y|3

-- expressions can read the old table by its name
select dbmigrate_rebuild('u', 'create table u (a text primary key, b, n, q) without rowid', '{"columns": {"n": "(select count(*) from u as o where o.a <= u.a)", "q": "\"u\".b"}}') -> 'added';
select * from u;
--> ["n","q"]
--> X|2|1|2
--> Y|3|2|3

-- removing AUTOINCREMENT removes the sequence
create table e (id integer primary key autoincrement, a check (e.a <> ''));
insert into e values (5, 'x');
select dbmigrate_rebuild('e', 'create table e (id integer primary key, a)') -> 'changed';
select * from sqlite_sequence where name glob '*e';
--> ["AUTOINCREMENT removed"]

-- broken views with triggers are ignored
create view e_broken as select missing from nowhere;
create trigger e_broken_i instead of insert on e_broken begin select 1; end;
create table other (a, note);
create view e_v as select a, note from other;
create trigger e_v_i instead of insert on e_v begin insert into other values (new.a, new.note); end;
create table e2 (a, note);
select dbmigrate_rebuild('e2', 'create table e2 (a)', '{"drop_columns": ["note"]}') -> 'dropped';
create trigger e_v_u instead of update on e_v begin update other set note = (select note from e2); end;
select dbmigrate_rebuild('e2', 'create table e2 (a, note)') -> 'added';
drop trigger e_v_u;
create view e_v2 as select a, note from e2;
create trigger e_v2_u instead of update on e_v2 begin select 1; end;
select dbmigrate_rebuild('e2', 'create table e2 (a)', '{"drop_columns": ["note"]}') -> 'dropped';
--> ["note"]
--> ["note"]
--> ERROR: dbcare: view "e_v2" would stop working: no such column: note. Drop the object first, and create it again afterwards.

-- SQL appended to an index or a trigger does not run
create index e_a on e (a);
create trigger e_i after insert on e begin select 1; end;
pragma writable_schema = on;
update sqlite_schema set sql = sql || '; delete from e' where name in ('e_a', 'e_i');
pragma writable_schema = reset;
select dbmigrate_rebuild('e', 'create table e (id integer primary key, a)') -> 'recreated';
select sql from sqlite_schema where name in ('e_a', 'e_i');
drop index e_a;
drop trigger e_i;
select * from e;
--> ["index e_a","trigger e_i"]
--> CREATE INDEX e_a on e (a)
--> CREATE TRIGGER e_i after insert on e begin select 1; end
--> 5|x

-- dropping values in production needs confirm
select dbcare_set('environment', 'production') is null;
select dbmigrate_rebuild('m', 'create table m (id integer primary key)', '{"drop_columns": ["a"]}');
select dbmigrate_rebuild('m', 'create table m (id integer primary key)', '{"drop_columns": ["a"], "confirm": "nothing"}');
select dbmigrate_rebuild('m', 'create table m (id integer primary key)', '{"drop_columns": ["a"], "dry_run": true}') -> 'dropped';
select dbmigrate_rebuild('m', 'create table m (id integer primary key, a text)') ->> 'rows';
select dbmigrate_rebuild('m', 'create table m (id integer primary key)', '{"drop_columns": ["a"], "confirm": "test.db"}') -> 'dropped';
--> 0
--> ERROR: dbcare: this database is in production and the call drops columns and their data. Repeat the call with {"confirm": "test.db"}.
--> ERROR: dbcare: "nothing" is not the name of this production database. Repeat the call with {"confirm": "test.db"}.
--> ["a"]
--> 1
--> ["a"]

-- no temporary object is left
select name from sqlite_schema where name glob 'dbcare_old*' or name glob 'dbcare_kept*';
select count(*) from sqlite_stat1 where tbl glob 'dbcare_*';
pragma integrity_check;
--> 0
--> ok
