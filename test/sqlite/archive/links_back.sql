-- Rows that lose their parent, and are deleted themselves.
pragma foreign_keys = on;
create table pair (id integer primary key, other_id integer references pair on delete set null);
select dbarchive_enable('pair') is not null;
insert into pair values (1, null), (2, 1);
update pair set other_id = 2 where id = 1;
delete from pair;
-- other rows that had their keys meanwhile change nothing
insert into pair values (1, null), (2, null);
delete from pair where id = 1;
delete from pair where id = 2;
select dbarchive_restore_batch(1) ->> 'links';
select * from pair order by id;
--> 1
--> 1
--> 1|2
--> 2|1

-- the row has a null in its key and was deleted, and another one like it has its rowid: that gets no link
create table home (id integer primary key);
create table guest (k text primary key, home int references home on delete set null, v text);
select dbarchive_enable('home') is not null, dbarchive_enable('guest') is not null;
insert into home values (1);
insert into guest values (null, 1, 'a'), (null, 1, 'b');
delete from home;
delete from guest where v = 'b';
insert into guest values (null, null, 'b');
select batch from dbarchive_deleted('home');
select dbarchive_restore_batch(6) ->> 'links_left';
select rowid, home, v from guest order by rowid;
--> 1|1
--> 6
--> 1
--> 1|1|a
--> 2||b

-- a row with a null in its key comes back at another rowid, since one like it has its own: its link follows it
insert into guest values (null, 1, 'c');
delete from home where id = 1;
delete from guest where v = 'c';
insert into guest values (null, null, 'c');
select batch, row_data ->> 'v' from dbarchive_deleted('guest') order by 1;
select dbarchive_restore_batch(13) ->> 'rows';
select batch from dbarchive_deleted('home');
select dbarchive_restore_batch(10) ->> 'links';
select rowid, home, v from guest order by rowid;
--> 9|b
--> 13|c
--> 1
--> 10
--> 2
--> 1|1|a
--> 2||b
--> 3||c
--> 4|1|c

-- the row has a null in its key and was purged, and another one like it has its rowid: that gets no link
delete from guest;
delete from home;
insert into home values (1);
insert into guest values (null, 1, 'a'), (null, 1, 'b');
delete from home;
delete from guest where v = 'b';
select json_extract(dbarchive_purge('guest', '{"older_than_days": 0, "dry_run": false}'), '$.rows') > 0;
insert into guest values (null, null, 'b');
select max(batch) from dbarchive_deleted('home');
select dbarchive_restore_batch(19) ->> 'links_left';
select rowid, home, v from guest order by rowid;
--> 1
--> 19
--> 1
--> 1|1|a
--> 2||b
-- ... nor does it once VACUUM has changed rowids before the row was deleted
create table loose (home int references home on delete set null, v text);
select dbarchive_enable('loose') is not null;
delete from home;
insert into home values (1);
insert into loose values (null, 'x'), (1, 'b');
delete from home;
delete from loose where v = 'x';
vacuum;
delete from loose where v = 'b';
insert into loose values (null, 'z'), (null, 'b');
select max(batch) from dbarchive_deleted('home');
select dbarchive_restore_batch(25) ->> 'links_left';
select rowid, home, v from loose order by rowid;
--> 1
--> 25
--> 1
--> 1||z
--> 2||b
-- ... deleted for good or not
select json_extract(dbarchive_purge('loose', '{"older_than_days": 0, "dry_run": false}'), '$.rows');
delete from home;
delete from loose;
insert into home values (1);
insert into loose values (null, 'x'), (1, 'b');
delete from home;
delete from loose where v = 'x';
vacuum;
delete from loose where v = 'b';
select json_extract(dbarchive_purge('loose', '{"older_than_days": 0, "dry_run": false}'), '$.rows');
insert into loose values (null, 'z'), (null, 'b');
select max(batch) from dbarchive_deleted('home');
select dbarchive_restore_batch(32) ->> 'links_left';
select rowid, home, v from loose order by rowid;
--> 2
--> 4
--> 32
--> 1
--> 1||z
--> 2||b
