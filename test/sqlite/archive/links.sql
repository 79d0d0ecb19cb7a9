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
