-- dbmigrate_rebuild: NOT NULL and CHECK alone, which newer versions change in place.

create table p (id integer primary key, a int, "b c" text not null, d int constraint low check (d > 0)) strict;
create table k (id integer primary key, p_id int references p on delete cascade);
insert into p values (1, 1, 'x', 1), (2, 2, 'y', 2);
insert into k values (1, 1);
create index p_a on p (a);
create trigger p_u after update on p begin select 1; end;
create temp trigger p_d before delete on p begin select 1; end;
analyze;

-- in all versions the result is the same, inside a transaction and outside
pragma foreign_keys = on;
begin;
select json_remove(dbmigrate_rebuild('p', 'CREATE  TABLE p (id integer primary key, a int not null, "b c" text, d int, constraint top check (a < 9), CHECK ([b c] <> ''--''))strict', '{"dry_run": true}'), '$.sql', '$.recreated');
select json_remove(dbmigrate_rebuild('p', 'create table p (id integer primary key, a int NOT NULL, "b c" text, d int, constraint "top" CHECK (a < 9)) strict;'), '$.sql', '$.recreated');
commit;
select dbmigrate_rebuild('k', 'create table k (id integer primary key, p_id int references p on delete cascade not null on conflict ignore)') ->> 'rows';
select type, name from sqlite_schema where tbl_name = 'p' union all select type, name from temp.sqlite_schema where tbl_name = 'p' order by name;
select tbl, idx, stat from sqlite_stat1 where tbl = 'p';
select * from p;
insert into p values (3, null, null, null);
insert into p values (3, 9, null, null);
insert into p values (3, 8, null, -1);
insert into k values (2, null);
select * from k;
--> {"kept":["id","a","b c","d"],"rows":2,"added":[],"changed":[],"dropped":[],"dry_run":true,"table_name":"p"}
--> {"kept":["id","a","b c","d"],"rows":2,"added":[],"changed":[],"dropped":[],"dry_run":false,"table_name":"p"}
--> 1
--> table|p
--> index|p_a
--> trigger|p_d
--> trigger|p_u
--> p|p_a|2 1
--> 1|1|x|1
--> 2|2|y|2
--> ERROR: NOT NULL constraint failed: p.a (19)
--> ERROR: CHECK constraint failed: top (19)
--> 1|1

-- the error names the constraint, and nothing changes
insert into p values (4, 7, 'z', null);
select dbmigrate_rebuild('p', 'create table p (id integer primary key, a int not null, "b c" text, d int not null, constraint top check (a < 9)) strict');
select dbmigrate_rebuild('p', 'create table p (id integer primary key, a int not null, "b c" text, d int, constraint top check (a < 9), check (a < 3)) strict');
select dbmigrate_rebuild('p', 'create table p (id integer primary key, a int not null, "b c" text, d int, constraint top check (a < 9), check (a < [b d])) strict');
select group_concat(name || type || "notnull") from pragma_table_info('p');
select count(*) from p where d < 0;
--> ERROR: dbcare: NOT NULL constraint failed: p.d (19)
--> ERROR: dbcare: CHECK constraint failed: a < 3 (19)
--> ERROR: dbcare: no such column: b d
--> idINTEGER0,aINT1,b cTEXT0,dINT0
--> 1

-- a row that breaks a constraint that stays is refused
create table e (a int, b int, constraint few check (b < 3));
pragma ignore_check_constraints = on;
insert into e values (1, 4);
pragma ignore_check_constraints = off;
select dbmigrate_rebuild('e', 'create table e (a int not null, b int, constraint few check (b < 3))');
delete from e;
--> ERROR: dbcare: CHECK constraint failed: few (19)

-- names, comments and places are those of the new text
create table n (a int, /* cents */ b int);
select dbmigrate_rebuild('n', 'create table n (a int not null, b int)') ->> 'rows';
select sql from sqlite_schema where name = 'n';
select dbmigrate_rebuild('n', 'create table n (A int, b int)') ->> 'rows';
select sql from sqlite_schema where name = 'n';
select dbmigrate_rebuild('n', 'create table n (A int, b int not null /* cents */)') ->> 'rows';
select sql from sqlite_schema where name = 'n';
create table m (a int, b int);
select dbmigrate_rebuild('m', 'create table m (a int check (a > 0), b int)') ->> 'rows';
select sql from sqlite_schema where name = 'm';
--> 0
--> CREATE TABLE n (a int not null, b int)
--> 0
--> CREATE TABLE n (A int, b int)
--> 0
--> CREATE TABLE n (A int, b int not null /* cents */)
--> 0
--> CREATE TABLE m (a int check (a > 0), b int)

-- newer versions change it in place
-- since 3.53: ALTER TABLE adds and removes NOT NULL and CHECK
delete from p where a = 7;
select json_extract(dbmigrate_rebuild('p', 'create table p (id integer primary key, a int, "b c" text, d int, check (a <> 7)) strict', '{"dry_run": true}'), '$.recreated', '$.sql');
select dbmigrate_rebuild('e', 'create table e (a int not null, b int, constraint few check (b < 3))') ->> 'sql';
select dbmigrate_rebuild('e', 'create table e (a int, b int)') ->> 'sql';
select dbmigrate_rebuild('e', 'create table e (a int, b int)') ->> 'sql' glob '*create table main.e*';
--> [[],"alter table main.\"p\" drop constraint \"top\";\nalter table main.\"p\" alter column \"a\" drop not null;\nalter table main.\"p\" add check (a <> 7);\n"]
--> -- fails if column a of table e is null
--> alter table main."e" alter column "a" set not null;
--> 
--> alter table main."e" drop constraint "few";
--> alter table main."e" alter column "a" drop not null;
--> 
--> 1
