-- Retention policies: values of times, attached databases, functions.
pragma foreign_keys = on;
create table event (id integer primary key, made);
insert into event values (1, '2020-01-01'), (2, 1577836800), (3, 1577836800000), (4, 2458849.5), (5, 1577836800.5),
	(6, 'not a time'), (7, null), (8, x'00'), (9, '2999-01-01'), (10, 32472144000), (11, 32472144000000), (12, 2816424.5),
	(13, date('now', '-11 days')), (14, date('now', '-8 days'));
select dbarchive_policy('event', '{"timestamp_column": "made", "archive_after_days": 10}') is null;
select dbarchive_apply('{"dry_run": true}') ->> '$.policies[0].rows';
select dbarchive_apply() ->> '$.policies[0].rows';
select group_concat(id, ' ') from (select id from event order by id);
select id, typeof(made) from event_archive order by id;
--> 0
--> 6
--> 6
--> 6 7 8 9 10 11 12 14
--> 1|text
--> 2|integer
--> 3|integer
--> 4|real
--> 5|real
--> 13|text
-- an attached database, as a name or before the name of a table
attach ':memory:' as cold;
insert into event values (20, '2020-01-01');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "cold"}') is null;
select dbarchive_apply() ->> '$.policies[0].rows';
insert into event values (21, '2020-01-01');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "cold.old_events"}') is null;
select dbarchive_apply() ->> '$.policies[0].rows';
select id from cold.event;
select id from cold.old_events;
select count(*) from event where id in (20, 21);
--> 0
--> 1
--> 0
--> 1
--> 20
--> 21
--> 0
-- ... with quotes around names that need them
attach ':memory:' as "arc.1";
insert into event values (23, '2020-01-01'), (24, '2999-01-01');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "\"arc.1\".\"Archiv ü\""}') is null;
select dbarchive_apply('{"relation": "event"}') ->> '$.policies[0].rows';
select id from "arc.1"."Archiv ü";
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "\"arc.1\""}') is null;
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "Archiv ü"}') is null;
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "nowhere.event"}') is null;
detach "arc.1";
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "cold.old_events"}') is null;
delete from event where id = 24;
--> 0
--> 1
--> 23
--> 0
--> ERROR: dbcare: invalid name syntax: Archiv ü. Write the name of a table as in SQL: schema.table, with quotes around names that need them.
--> ERROR: dbcare: option "to" cannot be "nowhere.event". Its schema or database does not exist.
--> 0
-- more rows than one batch has
create table long (id integer primary key, made);
insert into long select value, '2020-01-01' from generate_series(1, 2000);
select dbarchive_policy('long', '{"timestamp_column": "made", "to": "cold"}') is null;
select dbarchive_apply('{"relation": "long", "pause_ms": 0}') ->> '$.policies[0].rows';
select dbarchive_policy('long', '{"remove": true}') ->> 'action';
--> 0
--> 2000
--> removed
-- a database that is no longer attached: nothing is lost
insert into event values (22, '2020-01-01');
detach cold;
select dbarchive_apply() ->> '$.policies[0].error';
select count(*) from event where id = 22;
--> option "to" cannot be "cold.old_events": Its schema or database does not exist.
--> 1
-- what the target cannot hold exactly is not moved
create table rough_archive (id integer primary key, made, code integer, note);
create table rough (id integer primary key, made, code text, note text);
insert into rough values (1, '2020-01-01', '007', 'a'), (2, '2020-01-01', 'x', 'b');
select dbarchive_policy('rough', '{"timestamp_column": "made"}') is null;
select dbarchive_apply('{"relation": "rough"}') ->> '$.policies[0].error';
select group_concat(code, ' ') from rough;
select count(*) from rough_archive;
update rough set code = 'y' where id = 1;
create trigger forgets before insert on rough_archive when new.id = 1 begin select raise(ignore); end;
select dbarchive_apply('{"relation": "rough"}') ->> '$.policies[0].error';
drop trigger forgets;
insert into rough_archive values (2, '2020-01-01', 'taken', 'by another');
select dbarchive_apply('{"relation": "rough"}') ->> '$.policies[0].rows';
select id, code from rough;
select id, code from rough_archive;
select dbarchive_policy('rough', '{"remove": true}') ->> 'action';
--> 0
--> table "main"."rough_archive" does not hold 1 of the rows as they are
--> 007 x
--> 0
--> table "main"."rough_archive" does not hold 1 of the rows as they are
--> 1
--> 2|x
--> 1|y
--> 2|taken
--> removed
-- a policy that is replaced has no errors of before
create table picky (id integer primary key, made, mail check (mail <> ''));
insert into picky values (1, '2020-01-01', 'a');
select dbarchive_policy('picky', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {"mail": "''''"}}') is null;
select dbarchive_apply('{"relation": "picky"}') ->> '$.policies[0].error';
select dbarchive_policy('picky', '{"timestamp_column": "made", "delete_after_days": 1}') is null;
select started_at, error from dbarchive_policies where table_name = 'picky';
select dbarchive_policy('picky', '{"remove": true}') ->> 'action';
--> 0
--> CHECK constraint failed: mail <> ''
--> 0
--> |
--> removed
-- functions that stored SQL must not call, also in a policy that was stored without dbcare
select dbarchive_policy('event', '{"timestamp_column": "made", "where": "writefile(''planted'', id)"}');
select dbarchive_policy('event', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {"made": "writefile(''planted'', id)"}}');
update dbcare_policy set options = '{"timestamp_column": "made", "archive_after_days": 1, "where": "writefile(''planted'', id)"}';
select dbarchive_apply() ->> '$.policies[0].error';
update dbcare_policy set options = '{"archive_after_days": 1}';
select dbarchive_apply() ->> '$.failed';
update dbcare_policy set options = 'no json';
select dbarchive_apply() ->> '$.failed';
select count(*) from fsdir('.') where name like '%planted';
select count(*) from event where id = 22;
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS
--> 1
--> ERROR: dbcare: options is not JSON: "no json". The value was read from dbcare_policy, dbcare_policy_run (retention/policies, row 1). Correct the value in that table, or restore the table from a backup. (11)
--> 0
--> 1
-- a view and a virtual table are no targets
create view v as select 1 as id;
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "v"}');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "dbcare_hold"}');
--> ERROR: dbcare: option "to" cannot be "v". That is not a table.
--> ERROR: dbcare: option "to" cannot be "dbcare_hold". That name is reserved.
-- a temporary table is no target
create temp table w (id);
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "temp.event"}');
--> ERROR: dbcare: option "to" cannot be "temp.event". Temporary tables end with the connection.
-- the policy of a table that is gone is removed by the name that is listed
update dbcare_policy set options = '{}';
drop table event;
select dbarchive_policy('event', '{"remove": true}') ->> 'action';
select count(*) from dbarchive_policies;
--> removed
--> 0

-- a row whose time is no time of a day has no age
create table moment (id integer primary key, at);
insert into moment values (1, '2020-01-01'), (2, '2020-01-01T12:30:00+02:00'), (3, '2020-01-01 12:30:00.123'),
	(4, 1577836800), (5, 1577836800000), (6, 2458849.5), (7, 1577836800.5), (8, -2000000000),
	(10, '12:00'), (11, '2020'), (12, '20200101'), (13, '01.02.2020'), (14, 'now'), (15, ''), (16, null), (17, x'00'),
	(18, 0), (19, 20201231), (20, 2020), (21, 20201231.0), (22, 0.5), (23, 20201231235959), (24, '2999-01-01'),
	(25, 4102444800), (26, -9223372036854775807 - 1), (27, '2020-13-45');
select dbarchive_policy('moment', '{"timestamp_column": "at", "delete_after_days": 1}') ->> 'action';
select dbarchive_apply('{"relation": "moment"}') -> 'policies' -> 0 ->> 'rows';
select group_concat(id) from (select id from moment order by id);
--> added
--> 9
--> 10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,27

-- dbmigrate_rebuild() moves the columns that policies name: they are still the same ones
create table moved (id integer primary key, at text, b text, c text);
select dbarchive_policy('moved', json_object('name', column1, 'timestamp_column', column1, 'delete_after_days', 1)) is null from (values ('at'), ('b'), ('c'));
alter table moved rename b to x;
insert into moved values (1, '2020-01-01', '2020-01-01', '2020-01-01');
select dbmigrate_rebuild('moved', 'create table moved (at text, b text, x text, id integer primary key)', '{"drop_columns": ["c"]}') is null;
alter table moved add column c text default '2020-01-01';
select json_extract(dbarchive_apply('{"relation": "moved", "dry_run": true}'), '$.policies[0].rows', '$.policies[1].error', '$.policies[2].error');
--> 0
--> 0
--> 0
--> 0
--> [1,"column b of table moved was renamed or dropped since policy \"b\" was stored: The policy could be about another column now.","column c of table moved was renamed or dropped since policy \"c\" was stored: The policy could be about another column now."]

-- rows that triggers keep, or insert again, are named
create table kept_by (id integer primary key, at text);
create table put_back (id integer primary key, at text);
insert into kept_by values (1, '2020-01-01'), (2, '2020-01-01'), (3, '2999-01-01');
insert into put_back values (1, '2020-01-01');
create trigger keep before delete on kept_by when old.id > 1 begin select raise(ignore); end;
create trigger put after delete on put_back begin insert into put_back values (old.id - 1, old.at); end;
select dbarchive_policy(column1, '{"name": "due", "timestamp_column": "at", "delete_after_days": 1}') is null from (values ('kept_by'), ('put_back'));
select json_extract(dbarchive_apply('{"name": "due"}'), '$.failed', '$.policies[0].rows', '$.policies[0].error', '$.policies[1].rows', '$.policies[1].error');
drop trigger keep;
drop trigger put;
select json_extract(dbarchive_apply('{"name": "due"}'), '$.failed', '$.policies[0].rows', '$.policies[1].rows');
--> 0
--> 0
--> [2,1,"1 row of table kept_by that should be deleted is still there: a trigger or a rule keeps or inserts it",1,"1 row of table put_back that should be deleted is still there: a trigger or a rule keeps or inserts it"]
--> [0,1,1]
