-- What ALTER TABLE of newer versions does instead of a rebuild.

-- NOT NULL and CHECK change without a rebuild
-- since 3.53: ALTER TABLE adds and removes NOT NULL and CHECK
.read diff_begin.inc
pragma foreign_keys = on;
create table p (id integer primary key, a int, b text not null, "c d" int constraint low check ("c d" > 0), constraint high check (a < 9)) strict;
create table k (id integer primary key, p_id int references p on delete cascade);
create table w (a text primary key not null on conflict ignore, b not null on conflict replace default 1) without rowid;
insert into p values (1, 1, 'x', 1);
insert into k values (1, 1);
create view v as select * from p;
create trigger p_u after update on p begin select 1; end;
insert into told default values;
drop view v; drop table k; drop table p; drop table w;
create table p (id integer primary key, a int not null on conflict fail check (a <> 7), b text, "c d" int, e int not null default 4 constraint low check (e > 0), constraint high check (a < /* ten */ 10)) strict;
create table k (id integer primary key, p_id int references p on delete cascade, constraint "a ""b" check (p_id > 0));
create table w (a text primary key, b default 1) without rowid;
insert into p values (1, 1, 'x', 1, 4);
insert into k values (1, 1);
create view v as select * from p;
create trigger p_u after update on p begin select 1; end;
insert into told default values;
select d ->> 'up' from diff;
select d ->> 'down' from diff;
.read diff_end.inc
select * from p; select * from k;
--> alter table main."p" drop constraint "low";
--> alter table main."p" drop constraint "high";
--> -- fails if column a of table p is null
--> alter table main."p" alter column "a" set not null on conflict fail;
--> alter table main."p" alter column "b" drop not null;
--> alter table main."p" add column e int not null default 4 constraint low check (e > 0);
--> alter table main."p" add check (a <> 7);
--> alter table main."p" add constraint "high" check (a < /* ten */ 10);
--> alter table main."k" add constraint "a ""b" check (p_id > 0);
--> alter table main."w" alter column "a" drop not null;
--> alter table main."w" alter column "b" drop not null;
--> 
--> pragma foreign_keys = off;
--> pragma legacy_alter_table = on;
--> drop trigger main."p_u";
--> alter table main."p" rename to "dbcare_old_p";
--> CREATE TABLE p (id integer primary key, a int, b text not null, "c d" int constraint low check ("c d" > 0), constraint high check (a < 9)) strict;
--> -- fails if column b of table p is null
--> insert or abort into main."p" ("id", "a", "b", "c d") select "id", "a", "b", "c d" from main."dbcare_old_p";
--> -- destroys data: column p.e
--> drop table main."dbcare_old_p";
--> alter table main."k" drop constraint "a ""b";
--> alter table main."w" rename to "dbcare_old_w";
--> CREATE TABLE w (a text primary key not null on conflict ignore, b not null on conflict replace default 1) without rowid;
--> -- fails if column a of table w is null
--> insert or abort into main."w" ("a", "b") select "a", ifnull("b", 1) from main."dbcare_old_w";
--> drop table main."dbcare_old_w";
--> CREATE TRIGGER p_u after update on p begin select 1; end;
--> 
--> 1|1|x|1|4
--> 1|1
