-- Schema documents and the way between them: what is the same on both engines.
create temp table kept (name text primary key, document jsonb);
insert into kept values ('nothing', dbmigrate_schema());

-- a document compares with itself
select dbmigrate_diff(dbmigrate_schema(), dbmigrate_schema());
select dbmigrate_schema() ->> 'fingerprint' = dbmigrate_fingerprint();

create table parent (id integer primary key, name varchar(20) not null);
create table child (id integer primary key, parent_id integer references parent (id), note text default 'none');
create index child_parent on child (parent_id);
create view names as select name from parent;
insert into kept values ('first', dbmigrate_schema());

create table more (a integer);
drop view names;
create view names as select name, id from parent;
drop index child_parent;
alter table parent add column added text;
alter table child drop column note;
insert into kept values ('second', dbmigrate_schema());

-- there are ways there and back
select dbmigrate_diff((select document from kept where name = 'first'), (select document from kept where name = 'first'));
select dbmigrate_diff((select document from kept where name = 'first'), (select document from kept where name = 'second')) ->> 'up'
	= dbmigrate_diff((select document from kept where name = 'second'), (select document from kept where name = 'first')) ->> 'down';
select dbmigrate_diff((select document from kept where name = 'first'), (select document from kept where name = 'second')) ->> 'down'
	= dbmigrate_diff((select document from kept where name = 'second'), (select document from kept where name = 'first')) ->> 'up';

-- what destroys data says so, and nothing else does
select dbmigrate_diff((select document from kept where name = 'second'),
	(select document from kept where name = 'first')) ->> 'up' like '%-- destroys data: table %more%';
select dbmigrate_diff((select document from kept where name = 'second'),
	(select document from kept where name = 'first')) ->> 'up' like '%-- destroys data: column %parent.added%';
select dbmigrate_diff((select document from kept where name = 'nothing'),
	(select document from kept where name = 'first')) ->> 'up' like '%destroys%';
select dbmigrate_diff((select document from kept where name = 'nothing'),
	(select document from kept where name = 'first')) ->> 'down' like '%-- destroys data: table %parent%';

-- what is no document
select dbmigrate_diff(null, dbmigrate_schema());
select dbmigrate_diff(dbmigrate_schema(), null);
select dbmigrate_diff('{}', dbmigrate_schema());
select dbmigrate_diff(dbmigrate_schema(), '[]');
select dbmigrate_diff(dbmigrate_schema(), '{"objects": []}');
select dbmigrate_diff('{"engine": "oracle", "objects": {}}', dbmigrate_schema());
select dbmigrate_diff('{"engine": "oracle", "objects": [{"type": "table"}]}', dbmigrate_schema());
select dbmigrate_diff('{"engine": "sqlite", "objects": [1, "x", null]}', dbmigrate_schema());
select dbmigrate_diff(dbmigrate_schema(), '{"engine": "sqlite", "objects": [{}]}');
select dbmigrate_diff(dbmigrate_schema(), '{"engine": "sqlite", "objects": [null]}');
-- comments spell names as the user did
create table "Spelled" ("Id" integer primary key, "Name" text);
create table spelled_before as select dbmigrate_schema() as document;
alter table "Spelled" drop column "Name";
select dbmigrate_diff((select document from spelled_before), dbmigrate_schema()) ->> 'up' like '%-- destroys data: column %"Spelled"."Name"%';
drop table "Spelled";
select replace(dbmigrate_diff((select document from spelled_before), dbmigrate_schema()) ->> 'up', 'public.', '') like '%-- destroys data: table "Spelled"%';
