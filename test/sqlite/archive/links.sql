-- Links that a deletion sets to null.
pragma foreign_keys = on;
-- links of rows whose keys are real numbers or blobs are given back
create table linked (k not null primary key, b references linked (k) on delete set null) without rowid;
select dbarchive_enable('linked') is not null;
insert into linked values (1, null), (2.5, 1), (x'31', 1), ('t', 1);
delete from linked where k = 1;
select dbarchive_restore('linked', 1) ->> 'links';
select quote(k), b from linked where b is not null;
--> 1
--> 3
--> 2.5|1
--> 't'|1
--> X'31'|1

-- a row with a null in its key, or without a key, is known by its rowid and values: another one
-- that has the rowid by now gets no parent
create table boss (id integer primary key);
create table nokey (a text, boss_id int references boss on delete set null);
create table nullkey (k text primary key, a text, boss_id int references boss on delete set null, double as (a || a) stored);
select dbarchive_enable('boss') is not null;
insert into boss values (1), (2);
insert into nokey values ('stays', 1), ('goes', 1), ('changes', 1);
insert into nullkey values (null, 'stays', 1), (null, 'changes', 1), (null, 'goes', 1);
delete from boss where id = 1;
delete from nokey where a = 'goes';
delete from nullkey where a = 'goes';
update nokey set a = 'changed' where a = 'changes';
update nullkey set a = 'changed' where a = 'changes';
insert into nokey (rowid, a) values (2, 'new');
insert into nullkey (a) values ('new');
-- (both have the rowid of another row)
select max(rowid) from nullkey;
--> 1
--> 3
-- each of the others has its parent again
select value ->> 'links', value ->> 'links_left' from (select dbarchive_restore('boss', 1) as value);
--> 2|4
-- ... without a key
select a, boss_id from nokey;
--> stays|1
--> new|
--> changed|
-- ... with a null in it
select a, boss_id, double from nullkey;
--> stays|1|staysstays
--> changed||changedchanged
--> new||newnew
