-- The views of mode flag: only those of the table itself are dropped.

-- the name of a table can be like a pattern for that of another one
create table axb (id integer primary key, v text);
create table a_b (id integer primary key, v text);
select dbarchive_enable('axb', '{"mode": "flag"}') ->> '$.mode';
select dbarchive_enable('a_b', '{"mode": "flag"}') ->> '$.mode';
select name from sqlite_schema where type = 'view' order by 1;
--> flag
--> flag
--> a_b_live
--> axb_live

-- a view of the application with the name that a renamed table would give
alter table axb rename to renamed;
alter table renamed rename column v to "W x";
create view renamed_live as select 1 as mine;
create view some_live as select id from renamed where deleted_at is null;
select dbarchive_disable('renamed') ->> '$.mode' is null;
select name from sqlite_schema where type = 'view' order by 1;
--> 1
--> a_b_live
--> renamed_live
--> some_live

-- one of the application that reads the same rows stays
create view other_live as select id from a_b where deleted_at is null;
select dbarchive_enable('a_b', '{"mode": "flag"}') ->> '$.mode';
select dbarchive_disable('a_b') ->> '$.mode' is null;
select name from sqlite_schema where type = 'view' order by 1;
--> flag
--> 1
--> other_live
--> renamed_live
--> some_live
