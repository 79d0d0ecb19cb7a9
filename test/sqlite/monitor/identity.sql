-- A file of samples is that of one database.

create table item (id integer primary key);
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.enabled';
select dbmonitor_sample() ->> '$.sample_id';
select replace(database_file, rtrim(database_file, replace(database_file, '/', '')), ''), since from "dbcare samples".dbcare_samples_of;
--> 1
--> 1
--> test.db|

-- another database is refused, and no file is attached
.open other.db
.read begin.inc
create table thing (id);
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}');
select count(*) from pragma_database_list where name = 'dbcare samples';
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> 0

-- another database that attaches the file is refused
attach 'samples.db' as "dbcare samples";
select count(dbhealth_growth());
select count(*) from dbmonitor_alerts;
select dbmonitor_sample();
select count(*) from dbmigrate_status;
select dbmigrate_add('1', 'one', 'create table one (a)') ->> 'version';
select since is null from "dbcare samples".dbcare_samples_of;
detach "dbcare samples";
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> 0
--> 1
--> 1

-- another database cannot move its samples to the file
select dbmonitor_start(60, '{"samples_file": "others.db", "thread": false}') ->> '$.enabled';
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}');
select dbmonitor_status() ->> '$.samples_file' like '%/others.db';
--> 1
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> 1

-- a renamed database continues its samples with an option
.open :memory:
.shell mv test.db renamed.db
.open renamed.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
select dbmonitor_start(60, json_object('samples_file', 'samples.db', 'thread', json('false'), 'samples_of', 'elsewhere.db')) ->> '$.samples';
.parameter init
insert into temp.sqlite_parameters
select '$old', rtrim(file, replace(file, '/', '')) || 'test.db' from pragma_database_list where name = 'main';
select dbmonitor_start(60, json_object('samples_file', 'samples.db', 'thread', json('false'), 'samples_of', $old)) ->> '$.samples';
select dbmonitor_sample() ->> '$.sample_id';
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "renamed.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> ERROR: dbcare: the samples in "samples.db" belong to database "test.db". This database is "renamed.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "samples.db"}').
--> 1
--> 2

-- the renamed database can then start without the option
.open renamed.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
--> 2

-- a link is another name of the same database, which may be read-only
.open :memory:
.shell ln -s renamed.db symbolic.db; ln renamed.db hard.db; chmod a-w renamed.db
.open symbolic.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
.open file:hard.db?mode=ro
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
--> 2
--> 2

-- a copy is another database
.open :memory:
.shell rm hard.db symbolic.db; chmod u+w renamed.db; cp renamed.db copy.db
.open copy.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}');
--> ERROR: dbcare: the samples in "samples.db" belong to database "renamed.db". This database is "copy.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "renamed.db", "samples_file": "samples.db"}').

-- a database restored under its name is the same
.open renamed.db
.read begin.inc
select count(dbcare_install());
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
select since is not null from "dbcare samples".dbcare_samples_of;
.open :memory:
.shell mv copy.db renamed.db
.open renamed.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
--> 1
--> 2
--> 1
--> 2

-- a database with newly created tables of dbcare is another
select count(dbcare_install());
.open renamed.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}');
--> 1
--> ERROR: dbcare: the samples in "samples.db" belong to another database that was at "renamed.db". This database is "renamed.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "renamed.db", "samples_file": "samples.db"}').

-- each memory database is another database
.open :memory:
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "memory.db", "thread": false}') ->> '$.samples';
select dbmonitor_sample() ->> '$.sample_id';
select dbmonitor_status() ->> '$.samples';
.open :memory:
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "memory.db", "thread": false}');
select dbmonitor_start(60, '{"samples_file": "memory.db", "samples_of": ":memory:", "thread": false}') ->> '$.samples';
--> 0
--> 1
--> 1
--> ERROR: dbcare: the samples in "memory.db" belong to another database that was at ":memory:". This database is ":memory:". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": ":memory:", "samples_file": "memory.db"}').
--> 1

-- samples without identity belong to the next database
delete from "dbcare samples".dbcare_samples_of;
.open other.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "memory.db", "thread": false}') ->> '$.samples';
.open :memory:
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "memory.db", "thread": false}');
--> 1
--> ERROR: dbcare: the samples in "memory.db" belong to database "other.db". This database is ":memory:". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "other.db", "samples_file": "memory.db"}').
