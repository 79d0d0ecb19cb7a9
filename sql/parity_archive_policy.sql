-- Retention policies: what becomes of old rows.
-- sqlite3: pragma foreign_keys = on;
create table event (id integer primary key, made timestamp, kind text, email text);
create table note (id integer primary key, event_id integer references event on delete cascade);
insert into event values (1, '2020-01-01 00:00:00', 'a', 'x@y'), (2, '2020-01-02 00:00:00', 'b', 'y@y'),
	(3, '2020-01-03 00:00:00', 'a', 'z@y'), (4, '2099-01-01 00:00:00', 'a', 'q'), (5, null, 'a', 'r');
insert into note values (1, 3);
call dbarchive_apply();
select dbarchive_policy('event', '{"name": "a", "where": "kind = ''a''", "timestamp_column": "made", "delete_after_days": 10}');
select dbarchive_policy('event', '{"name": "b", "where": "kind = ''b'' -- kind", "timestamp_column": "made", "archive_after_days": 10}');
select cast(dbarchive_hold('event', 1, 'case') as text) like '%case%';
select table_name, name, options, created_at is not null, created_by is not null, started_at, finished_at, row_count, error from dbarchive_policies();
-- row 1 is held, a row refers to row 3
call dbarchive_apply('{"name": "a", "dry_run": true}');
call dbarchive_apply('{"relation": "event"}');
select * from event order by id;
select * from event_archive;
select name, started_at is not null, finished_at >= started_at, row_count, error from dbarchive_policies();
-- a row with that key is in the archive
insert into event values (2, '2020-01-02 00:00:00', 'b', 'another');
call dbarchive_apply('{"name": "b"}');
select * from event_archive;
delete from event where id = 2;
-- with the children; a period for this run only
select cast(dbarchive_release('event', 1) as text) like '%case%';
select dbarchive_policy('event', '{"name": "a", "where": "kind = ''a''", "timestamp_column": "made", "delete_after_days": 10, "cascade": true}');
call dbarchive_apply('{"name": "a", "delete_after_days": 30000, "dry_run": true}');
call dbarchive_apply('{"name": "a", "delete_after_days": 30000}');
call dbarchive_apply('{"name": "a"}');
select * from event order by id;
select count(*) from note;
-- a new column of the table
alter table event add column source text;
insert into event values (7, '2020-01-02 00:00:00', 'b', 'seven', 'web');
call dbarchive_apply('{"name": "b"}');
select id, source from event_archive order by id;
-- anonymising does not repeat itself
select dbarchive_policy('event', '{"name": "c", "timestamp_column": "made", "anonymise_after_days": 0, "columns": {"email": "''anonymous'' || id", "kind": null}}');
insert into event values (6, '2020-01-03 00:00:00', 'c', 'z@y', null);
call dbarchive_apply('{"name": "c"}');
call dbarchive_apply('{"name": "c"}');
select * from event order by id;
-- what is deleted is purged; a failure does not stop the other policies
create table draft (id integer primary key, made timestamp);
insert into draft values (1, '2020-01-01 00:00:00'), (2, '2020-01-01 00:00:00');
select dbarchive_enable('draft') is not null;
select dbarchive_policy('draft', '{"timestamp_column": "made", "delete_after_days": 1, "purge_deleted_after_days": 0}');
create table gone (id integer primary key, made timestamp);
select dbarchive_policy('gone', '{"name": "g", "timestamp_column": "made", "delete_after_days": 1}');
drop table event_archive;
drop table gone;
call dbarchive_apply();
select count(*) from draft;
select count(*) from dbarchive_deleted();
select table_name, name, row_count, error from dbarchive_policies();
-- by default rows are archived after 30 days
create table visit (id integer primary key, made timestamp);
insert into visit values (1, '2020-01-01 00:00:00'), (2, '2099-01-01 00:00:00');
select dbarchive_policy('visit', '{"timestamp_column": "made"}');
call dbarchive_apply('{"relation": "visit"}');
select dbcare_set('archive_after_days', 36500) is not null;
insert into visit values (3, '2020-01-01 00:00:00');
call dbarchive_apply('{"relation": "visit"}');
select v.id, a.id from visit as v, visit_archive as a order by 1;
-- what is refused
select dbarchive_policy('event', '{"name": "c", "remove": true}');
select dbarchive_policy('event', '{"name": "c", "remove": true}');
select dbarchive_policy('event', '{"timestamp_column": "mad", "delete_after_days": 1}');
select dbarchive_policy('event', '{"timestamp_column": "email", "delete_after_days": "1"}');
select dbarchive_policy('event', '{"delete_after_days": 1}');
select dbarchive_policy('event', '{}');
select dbarchive_policy('event', '{"timestamp_column": "made", "archive_after_days": 1, "to": "event"}');
select dbarchive_policy('event', '{"timestamp_column": "made", "archive_after_days": 1, "cascade": true}');
select dbarchive_policy('event', '{"timestamp_column": "made", "archive_after_days": 1, "delete_after_days": 1}');
select dbarchive_policy('event', '{"timestamp_column": "made", "anonymise_after_days": 1}');
select dbarchive_policy('event', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {"email": 1}}');
select dbarchive_policy('missing', '{}');
select dbarchive_policy('event', null);
create table flagged (id integer primary key, made timestamp, deleted_at timestamp);
select dbarchive_enable('flagged') is not null;
select dbarchive_policy('flagged', '{"timestamp_column": "made", "delete_after_days": 1}');
-- texts that are more than one expression, or call what changes the database
select dbarchive_policy('event', '{"timestamp_column": "made", "where": "1 = 1; delete from event"}');
select dbarchive_policy('event', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {}}');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": ""}');
select dbarchive_policy('event', '{"timestamp_column": "made", "to": "missing.event"}') is null;
-- the policy of a table that is gone
select table_name, name from dbarchive_policies() where name = 'g';
select dbarchive_policy('gone', '{"name": "h", "remove": true}');
select dbarchive_policy('{}', '{"name": "h", "remove": true}');
-- a name that no policy has
call dbarchive_apply('{"name": "nobody"}');
-- a policy is about the columns that it was stored for, whatever has their names now
create table swapped (id integer primary key, made timestamp, seen timestamp, kind text);
insert into swapped values (1, '2020-01-01', '2999-01-01', 'a'), (2, '2999-01-01', '2020-01-01', 'b');
select dbarchive_policy('swapped', '{"timestamp_column": "made", "delete_after_days": 1}') is not null;
select dbarchive_policy('swapped', '{"name": "kinds", "where": "kind = ''none''", "timestamp_column": "seen", "delete_after_days": 1}') is not null;
alter table swapped add column note text;
alter table swapped rename column made to was;
alter table swapped rename column seen to made;
call dbarchive_apply('{"relation": "swapped", "name": "default"}');
select id from swapped order by id;
select error from dbarchive_policies() where table_name like '%swapped%' and name = 'default';
-- its condition may name another column, too
select dbarchive_policy('swapped', '{"name": "kinds", "where": "kind = ''b''", "timestamp_column": "was", "delete_after_days": 1}') is not null;
alter table swapped rename column note to sort;
call dbarchive_apply('{"relation": "swapped", "name": "kinds", "dry_run": true}');
alter table swapped rename column kind to note;
call dbarchive_apply('{"relation": "swapped", "name": "kinds"}');
select dbarchive_policy('swapped', '{"timestamp_column": "was", "delete_after_days": 1}') is not null;
call dbarchive_apply('{"relation": "swapped", "name": "default"}');
select id from swapped order by id;
-- a table may have a name that the statements use
create table a (id integer primary key, made timestamp);
select dbarchive_policy('a', '{"timestamp_column": "made", "archive_after_days": 1}') is not null;
insert into a values (1, '2020-01-01');
call dbarchive_apply('{"relation": "a"}');
insert into a values (2, '2020-01-01');
call dbarchive_apply('{"relation": "a"}');
select id from a_archive order by id;
