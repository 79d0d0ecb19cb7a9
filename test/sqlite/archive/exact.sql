-- Rows that are restored although something about them is taken, null or wrong.

-- another row has the rowid, which is no key
create table u (k text primary key, v);
select dbarchive_enable('u') is not null;
insert into u values ('a', 1);
delete from u;
insert into u values ('b', 2);
select dbarchive_restore('u', 'a') ->> 'rows';
select * from u order by k;
--> 1
--> 1
--> a|1
--> b|2

-- ... as in an undo of changes of a table with the highest rowid
create table h (k text primary key, v);
insert into h (rowid, k, v) values (9223372036854775807, 'top', 0);
select dbaudit_enable('h') is not null;
insert into h (rowid, k, v) values (1, 'a', 1);
delete from h where k = 'a';
select dbaudit_undo(3) ->> 'rows';
select k, v from h order by k;
--> 1
--> 1
--> a|1
--> top|0

-- a table with generated columns
create table g (id integer primary key, a int, b int as (a * 2), c int as (a * 3) stored);
select dbaudit_enable('g') is not null;
insert into g (id, a) values (1, 5), (2, 6);
update g set a = 7 where id = 1;
delete from g where id = 2;
select dbaudit_undo(8) ->> 'rows', dbaudit_undo(9) ->> 'rows';
select * from g;
--> 1
--> 1|1
--> 1|5|10|15
--> 2|6|12|18

-- a row with nulls in its key loses its parent, or a part of its key
pragma foreign_keys = on;
create table p (id integer primary key);
create table n (a int, b int, p int references p on delete set null, primary key (a, b));
create table part (p int references p on delete set null, b int, primary key (p, b));
select dbarchive_enable('p') is not null;
insert into p values (1), (2);
insert into n values (null, 1, 1), (null, 1, 2), (3, null, 2), (4, 4, 1);
insert into part values (1, 1), (2, 1);
delete from p;
select dbarchive_restore('p', 1) ->> 'links';
select * from n order by 1, 2, 3;
select * from part order by 1, 2;
--> 1
--> 6
--> |1|1
--> |1|2
--> 3||2
--> 4|4|1
--> 1|1
--> 2|1

-- foreign keys of columns that are not unique, which the application does not test
pragma foreign_keys = off;
create table t (id integer primary key, code text);
create table c (id integer primary key, t_code text references t (code));
create table surveys (name text);
create table sheets (id integer primary key, s int references surveys (rowid));
insert into t values (1, 'a');
insert into surveys values ('s');
insert into sheets values (1, 1);
select dbarchive_enable('t') is not null, dbarchive_enable('sheets') is not null;
delete from t;
insert into t values (2, 'b');
delete from sheets;
select dbarchive_restore('t', 1) ->> 'rows', dbarchive_restore('sheets', 1) ->> 'rows';
select group_concat(code, '') from t;
pragma foreign_keys;
--> 1|1
--> 1|1
--> ab
--> 0
