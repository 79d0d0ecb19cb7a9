-- Events on SQLite: who calls, what fails, and what becomes of old events.

-- the user of the operating system calls; there are no roles and addresses
select dbcare_set('slow_query_ms', 120) ->> 'value';
.shell id -un >user.txt
select who || char(10) = cast(readfile('user.txt') as text), role, application, address from dbcare_events;
--> 120
--> 1|||

-- the number of an event is not used again, and no table of SQLite stores it
select dbcare_set('slow_query_ms', 130) ->> 'value';
select name from sqlite_sequence;
select event_id from dbcare_events;
--> 130
--> 1
--> 2

-- a call within a migration leaves an event of its own
create table rebuilt (a);
select dbmigrate_add('1', 'one', 'select dbmigrate_rebuild(''rebuilt'', ''create table rebuilt (a integer)'')') ->> 'action';
select dbmigrate_apply() ->> 'applied';
select function_name, arguments, outcome from dbcare_events('{"after": 3}');
--> added
--> ["1"]
--> dbmigrate_rebuild|{"relation": "rebuilt", "new_create_sql": "create table rebuilt(a integer)"}|ok
--> dbmigrate_apply|{}|ok

-- a WRITE function that fails leaves the database as it was, without an event
select dbmigrate_add('2', 'two', 'insert into nowhere values (1)') ->> 'action';
begin;
select dbmigrate_apply();
commit;
select count(*) from dbcare_events('{"after": 6}');
--> added
--> ERROR: dbcare: no such table: nowhere. In migration 2 up, statement 1, line 1.
--> 0

-- so does one that cannot write
.open empty.db
.load ./dbcare
select count(*) from dbcare_events;
select dbmigrate_rebuild('nowhere', 'create table nowhere (a)');
select count(*) from sqlite_schema;
.open --readonly test.db
.load ./dbcare
select dbcare_set('slow_query_ms', 140);
select max(event_id) from dbcare_events;
--> 0
--> ERROR: dbcare: table nowhere does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
--> 0
--> ERROR: dbcare: the database is read-only (8)
--> 6

-- a call that stores samples in a file of their own does not write to the database
.open test.db
.load ./dbcare
select dbmonitor_sample('{}') ->> 'sample_id';
select dbcare_set('slow_query_ms', 150) ->> 'value';
select function_name from dbcare_events('{"after": 6}');
--> 1
--> 150
--> dbcare_set

-- samples in the database are stored by a call like any other
select dbmonitor_start(3600, '{"samples_file": ""}') ->> 'running';
select dbmonitor_stop() ->> 'running';
select function_name, arguments from dbcare_events('{"after": 7}');
--> 1
--> 0
--> dbmonitor_start|{"options": {"samples_file": ""}, "interval_seconds": 3600}
--> dbmonitor_stop|{}

-- every 32nd event deletes some of those that are too old
update dbcare_event set at = '2020-01-01T00:00:00.000Z' where event_id <= 5;
update dbcare_event set event_id = 31 where event_id = 9;
select dbcare_set('events_days', 30) ->> 'value';
select event_id from dbcare_events;
--> 30
--> 6
--> 7
--> 8
--> 31
--> 32

-- 0 keeps them for ever
select dbcare_set('events_days', 0) ->> 'value';
update dbcare_event set at = '2020-01-01T00:00:00.000Z', event_id = 63 where event_id = 33;
select dbcare_set('actor', 'me') ->> 'value';
select event_id, at, function_name from dbcare_events('{"after": 32, "limit": 1}');
--> 0
--> me
--> 63|2020-01-01T00:00:00.000Z|dbcare_set

-- planted values are refused
update dbcare_event set arguments = '[' where event_id = 64;
select count(*) from dbcare_events;
select count(*) from dbcare_events('{"after": 64}');
--> ERROR: dbcare: arguments is not JSON: "[". The value was read from dbcare_event (core/events, row 7). Correct the value in that table, or restore the table from a backup. (11)
--> 0
