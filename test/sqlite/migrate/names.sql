-- names in results are as the user spelled them
select dbmigrate_add('1', 'people', 'create table Person (Id integer primary key, "Full Name" text)') is not null;
select dbmigrate_apply() is not null;
--> 1
--> 1

-- drift spells names as the user did
alter table Person add column Age integer check (Age > 0);
create index Person_Age on Person (Age);
create trigger Touch after insert on Person begin select 1; end;
select object_type, object, change from dbmigrate_drift();
select message from dbmigrate_verify() limit 1;
select dbmigrate_repair('{"accept_drift": true}') ->> 'accepted_drift';
--> column|Person.Age|added
--> constraint|Person.check (age > 0)|added
--> index|Person_Age|added
--> trigger|Person.Touch|added
--> column Person.Age was added outside migrations
--> ["Person.Age","Person.check (age > 0)","Person_Age","Person.Touch"]

-- another case is no difference
drop index Person_Age;
create index PERSON_AGE on person (age);
select count(*) from dbmigrate_drift();
select dbmigrate_fingerprint() = dbmigrate_snapshot() ->> 'fingerprint';
--> 0
--> 1

-- a document has both spellings
select o.value ->> 'name', o.value ->> 'shown' from json_each(dbmigrate_schema() -> 'objects') as o where o.value ->> 'type' = 'column';
--> person."full name"|Person."Full Name"
--> person.age|Person.Age
--> person.id|Person.Id

-- so does a test of migrations
select dbmigrate_add('2', 'more', 'create table Kept (Id integer); alter table Person add column Extra', 'drop table Kept') is not null;
select dbmigrate_test() ->> '$.results[0].differences[0].object';
--> 1
--> Person.Extra

-- and a rename
select dbmigrate_add('2', 'renames', 'drop index Person_Age; create index By_Age on Person (Age)', 'drop index By_Age; create index Old_Age on Person (Age)') is not null;
select dbmigrate_test() -> '$.results[0].differences[0]';
--> 1
--> {"after":"Old_Age","before":"PERSON_AGE","change":"renamed","object":"PERSON_AGE","cosmetic":true,"object_type":"index"}
