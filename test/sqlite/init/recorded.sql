-- dbinit_repair() of a file of somebody else, who has written the recorded objects.
select dbinit_run('{"name": "room", "migrations": [{"version": "1", "up": "create table made (id integer primary key, a integer); create index made_a on made (a); create view seen as select id from made"}]}') ->> 'success';
--> 1

update dbcare_manifest set author = 'somebody', objects = replace(replace(objects,
	'CREATE VIEW seen as select id from made', 'create view seen as select 1; create table stolen as select 1'),
	'CREATE INDEX made_a on made (a)', 'create table taken as select 1');
drop view seen;
drop index made_a;
select dbinit_repair('{"name": "room", "migrations": [{"version": "1", "up": "create table made (id integer primary key, a integer); create index made_a on made (a); create view seen as select id from made"}]}') ->> 'success';
select name, sql from sqlite_schema where name in ('seen', 'made_a', 'stolen', 'taken') order by 1;
-- what the manifest creates is created again, as the manifest has it
--> 1
--> made_a|CREATE INDEX made_a on made (a)
--> seen|CREATE VIEW seen as select id from made

update dbcare_manifest set objects = json_insert(objects, '$[#]', json('{"name": "taken", "type": "view", "details": {"sql": "create view taken as select 1", "order": 99}, "definition": "as select 1"}'));
select dbinit_repair('{"name": "room", "migrations": [{"version": "1", "up": "create table made (id integer primary key, a integer); create index made_a on made (a); create view seen as select id from made"}]}') ->> '$.errors[0].message';
select count(*) from sqlite_schema where name = 'taken';
-- what it does not create is an error
--> view taken is missing
--> 0
