-- dbinit_*: damage that only SQLite has, and names that are taken.
select dbinit_run('{"name": "room", "migrations": [{"version": "1", "up": "create table \"it''em_1\" (id integer primary key, price integer)"}], "audit": [{"relation": "\"it''em_1\""}], "archive": [{"relation": "\"it''em_1\"", "options": {"mode": "trash"}}]}') ->> 'success';
select count(*) from dbinit_validate('{"name": "room", "migrations": [{"version": "1", "up": "create table \"it''em_1\" (id integer primary key, price integer)"}], "audit": [{"relation": "\"it''em_1\""}], "archive": [{"relation": "\"it''em_1\"", "options": {"mode": "trash"}}]}');
select dbinit_status() ->> '$.manifests[0].name';
--> 1
--> 0
--> room

-- one of the triggers of the log, and the one that keeps deleted rows
drop trigger dbcare_audit_1_delete;
drop trigger "dbcare_trash_it'em_1";
select object, issue from dbinit_validate('{"name": "room", "migrations": [{"version": "1", "up": "create table \"it''em_1\" (id integer primary key, price integer)"}], "audit": [{"relation": "\"it''em_1\""}], "archive": [{"relation": "\"it''em_1\"", "options": {"mode": "trash"}}]}');
--> table "it'em_1"|does not keep deleted rows
--> table "it'em_1"|is not audited

-- they are created again
select dbinit_repair('{"name": "room", "migrations": [{"version": "1", "up": "create table \"it''em_1\" (id integer primary key, price integer)"}], "audit": [{"relation": "\"it''em_1\""}], "archive": [{"relation": "\"it''em_1\"", "options": {"mode": "trash"}}]}') ->> 'success';
select count(*) from dbinit_validate('{"name": "room", "migrations": [{"version": "1", "up": "create table \"it''em_1\" (id integer primary key, price integer)"}], "audit": [{"relation": "\"it''em_1\""}], "archive": [{"relation": "\"it''em_1\"", "options": {"mode": "trash"}}]}');
insert into "it'em_1" values (1, 5);
delete from "it'em_1";
select count(*) from dbarchive_deleted();
select count(*) from dbaudit_log() where action <> 'protection';
--> 1
--> 0
--> 1
--> 2

-- a failure after the last script: the schema cannot be stored
select dbinit_run('{"name": "full", "migrations": [{"version": "1", "up": "create table room (id integer primary key); create trigger full_room before insert on dbcare_snapshot_object begin select raise(abort, ''no room''); end"}]}') ->> '$.errors[0].message';
select count(*) from sqlite_schema where name = 'room';
--> no room
--> 0

-- an attempt that fails takes its time
select dbinit_run('{"name": "full", "migrations": [{"version": "1", "up": "select * from nowhere"}]}') ->> '$.duration_ms' >= 500;
--> 1

-- an object of another kind with the name
create view part as select 1 as id;
select dbinit_run('{"name": "parts", "migrations": [{"version": "1", "up": "create table part (id integer primary key)"}]}') ->> '$.errors[0].object';
select count(*) from part;
--> migration parts::1
--> 1

-- in a transaction of the user
begin;
select dbinit_run('video_memory') ->> 'success';
select count(*) from dbinit_validate('video_memory');
rollback;
select count(*) from sqlite_schema where name = 'videos';
select count(*) from dbinit_packs();
--> 1
--> 0
--> 0
--> 4
