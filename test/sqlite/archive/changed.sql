-- Deleted rows of tables that have changed since.

-- each row gets its own values back, and nulls stay null
create table t (id integer primary key, note text, x);
select dbarchive_enable('t') is not null;
insert into t values (1, 'secret of 1', x'00ff'), (2, null, null), (3, char(0) || 'z', 1.0), (4, null, 9007199254740993), (5, 'true', -9e999);
delete from t;
alter table t add column n text;
select dbarchive_restore_batch(1) ->> 'rows';
-- since 3.43 quote() writes infinity in another way
select id, hex(note), typeof(note), replace(quote(x), '9.0e+999', 'Inf'), n from t;
--> 1
--> 5
--> 1|736563726574206F662031|text|X'00FF'|
--> 2||null|NULL|
--> 3|007A|text|1.0|
--> 4||null|9007199254740993|
--> 5|74727565|text|-Inf|

-- a generated column that was added since is computed
create table computed (id integer primary key, a int, b int);
select dbarchive_enable('computed') is not null;
insert into computed values (1, 2, null), (2, null, 5);
delete from computed;
alter table computed add column c int as (coalesce(a, 0) + coalesce(b, 0));
select dbarchive_restore_batch(6) ->> 'rows';
select * from computed;
--> 1
--> 2
--> 1|2||2
--> 2||5|5

-- a table without rowids, and a key of two columns
create table pair (a text, b int, c text, d text, primary key (b, a)) without rowid;
select dbarchive_enable('pair') is not null;
insert into pair values ('x', 1, 'c', 'd'), ('x', 2, null, null), ('y', 1, null, 'e');
delete from pair;
alter table pair add column e text;
select dbarchive_restore_batch(8) ->> 'rows';
select * from pair;
--> 1
--> 3
--> x|1|c|d|
--> y|1||e|
--> x|2|||
