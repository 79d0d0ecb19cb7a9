-- Samples in a file of their own: option samples_file of dbmonitor_start.

-- samples are in the file, and the database gets no tables
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples_file' like '/%/samples.db';
select dbmonitor_sample() ->> '$.sample_id';
select count(*) from main.sqlite_schema;
select count(*) from "dbcare samples".dbcare_sample;
select dbmonitor_status() ->> '$.samples', dbmonitor_status() ->> '$.enabled',
	dbmonitor_status() ->> '$.interval_seconds';
--> 1
--> 1
--> 0
--> 1
--> 1|1|60

-- statement statistics are in the file
create table item (id integer primary key);
insert into item values (1);
select dbmonitor_sample() ->> '$.sample_id';
insert into item values (2);
select calls from dbmonitor_queries where query = 'insert into item values (?)';
select count(*) from "dbcare samples".dbcare_query where query like 'insert into item%';
--> 2
--> 2
--> 1

-- settings and suppressions stay in the database
select count(dbcare_set('storage_limit_bytes', 100000000));
select count(dbhealth_suppress('pk_null_values', '%', 'why', date('now', '+1 day')));
select count(*), (select count(*) from main.dbcare_suppression) from main.dbcare_sample;
select count(*) from "dbcare samples".dbcare_setting;
select dbmonitor_sample() ->> '$.sample_id';
--> 1
--> 1
--> 0|1
--> 0
--> 3

-- the history is read from the file
delete from "dbcare samples".dbcare_sample;
insert into "dbcare samples".dbcare_sample
select value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (value - 10) || ' days'),
	'an epoch', json_object('size_bytes', 80000000 + value * 1000000)
from generate_series(1, 10);
update topic set id = 'days_until_full';
select severity, round(value) from said;
select dbhealth_growth() ->> '$.samples';
select dbhealth_metrics() like '%dbcare%', dbhealth_html() like '%<html%';
--> warning|10.0
--> 10
--> 1|1

-- alerts are read from the file
insert into "dbcare samples".dbcare_alert (alert_id, alert, severity, message, pending_at, raised_at, last_at)
values (99, 'an_alert', 'warning', 'much', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
select alert, acked_at is null from dbmonitor_alerts;
select count(dbmonitor_ack(99, 'seen'));
select alert, acked_at is null from dbmonitor_alerts;
--> an_alert|1
--> 1
--> an_alert|0

-- uninstalling does not change the file
select dbcare_uninstall();
--> ERROR: dbcare: uninstalling drops dbcare's tables and their history. Data that would be lost: 1 in settings, 0 in migrations, 0 in applied, 0 in history, 0 in rules, 0 in quarantined rows, 0 in samples, 0 in alerts, 1 in suppressions, 0 in backfills, 0 in deleted rows, 0 in logged changes, 2 in events, 0 in held rows, 0 in retention policies, 0 in files of deleted rows, 0 in files with archived rows, 0 in seeds. Repeat the call with {"confirm": "test.db"}.

-- stopping keeps the samples
select dbmonitor_stop() ->> '$.samples', dbmonitor_status() ->> '$.enabled';
--> 10|0

-- dbmonitor_reset() deletes the samples in the file
select dbmonitor_reset('{"confirm": "test.db"}') ->> '$.samples';
select count(*) from "dbcare samples".dbcare_sample;
--> 10
--> 0

-- samples cannot be moved inside a transaction
begin;
select count(dbmonitor_sample());
select dbmonitor_start();
rollback;
select dbmonitor_status() ->> '$.samples';
--> 1
--> ERROR: dbcare: samples cannot be moved inside a transaction. Repeat the call outside a transaction, with autocommit on.
--> 0

-- without the option a file beside the database is attached during calls
select dbmonitor_start(60, '{"thread": false}') ->> '$.samples_file' like '%/test.db-samples';
select dbmonitor_sample() ->> '$.sample_id';
select count(*) from main.dbcare_sample;
select count(*) from dbmonitor_queries;
select dbmonitor_status() ->> '$.samples';
select count(*) from pragma_database_list where name like 'dbcare%';
.open test.db
.read begin.inc
select dbmonitor_status() ->> '$.samples', dbmonitor_status() ->> '$.samples_file' like '%/test.db-samples';
select count(*) from pragma_database_list where name like 'dbcare%';
--> 1
--> 1
--> 0
--> 2
--> 1
--> 0
--> 1|1
--> 0

-- the file is used inside a transaction
begin;
select dbmonitor_sample() ->> '$.sample_id';
commit;
select dbmonitor_status() ->> '$.samples';
begin immediate;
select dbmonitor_sample() ->> '$.sample_id';
rollback;
select dbmonitor_status() ->> '$.samples';
--> 2
--> 2
--> 3
--> 2

-- beside a database that was replaced it is not used
.open other.db
.read begin.inc
create table item (id integer primary key);
select dbcare_install() is null;
.shell cp test.db-samples other.db-samples
select dbmonitor_status() ->> '$.samples', dbhealth_report() is null;
select dbmonitor_sample();
select dbmonitor_start(60, '{"thread": false}');
.shell rm other.db-samples
select dbmonitor_start(60, '{"thread": false}') ->> '$.samples';
--> 0
--> 0|0
--> ERROR: dbcare: the samples in "other.db-samples" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "other.db-samples"}').
--> ERROR: dbcare: the samples in "other.db-samples" belong to database "test.db". This database is "other.db". Growth, forecasts and alerts would be computed from the samples of both. Name another file. If this database continues that one, renamed, copied or restored, call dbmonitor_start(60, '{"samples_of": "test.db", "samples_file": "other.db-samples"}').
--> 0

-- a damaged file beside the database does not prevent a report
.shell printf 'this is no database, however long a text it may be that is in it' >other.db-samples
select dbhealth_report() is null;
select dbmonitor_status();
.shell rm other.db-samples
--> 0
--> ERROR: dbcare: samples in "other.db-samples" cannot be used: file is not a database. Make the file accessible, or name another one with the option samples_file of dbmonitor_start().

-- with an empty name samples are in the database and stay there
.open test.db
.read begin.inc
.timeout 0
select dbmonitor_start(60, '{"samples_file": "", "thread": false}') ->> '$.problem';
select dbmonitor_start(60, '{"samples_file": "", "thread": false}') ->> '$.hint';
.timeout 10
select dbmonitor_start(60, '{"samples_file": "", "thread": false}') ->> '$.problem' is null;
select dbmonitor_sample() ->> '$.sample_id';
select dbmonitor_start(60, '{"thread": false}') ->> '$.samples_file' is null;
select count(*) from main.dbcare_sample;
--> Samples are stored in the database, and this connection has no busy timeout: its writes fail while a sample is stored.
--> Set PRAGMA busy_timeout, or name a file with the option samples_file of dbmonitor_start().
--> 1
--> 1
--> 1
--> 1

-- a read-only database can have a samples file
.open file:test.db?mode=ro
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.enabled';
select dbmonitor_sample() ->> '$.sample_id';
select dbmonitor_sample() ->> '$.sample_id';
--> 1
--> 1
--> 2

-- a connection without the option does not read the file
.open test.db
.read begin.inc
select dbmonitor_status() ->> '$.samples', dbmonitor_status() ->> '$.samples_file' is null;
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
--> 1|1
--> 2

-- a read-only connection reads the file only if it attaches it
.open --readonly test.db
.read begin.inc
attach 'samples.db' as "dbcare samples";
select dbmonitor_status() ->> '$.samples';
select dbmonitor_sample();
--> 2
--> ERROR: dbcare: the samples file is read-only (8)

-- samples that cannot be moved stay in the database
.open test.db
.read begin.inc
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
attach 'old.db' as old;
create table old.item (id);
detach old;
.shell printf 'this is no database, however long a text it may be that is in it' > text
select dbmonitor_start(60, '{"samples_file": "text"}');
select dbmonitor_start(60, '{"samples_file": "nowhere/x.db"}');
select dbmonitor_start(60, '{"samples_file": "test.db"}');
select dbmonitor_start(60, '{"samples_file": ":memory:"}');
select dbmonitor_start(60, '{"samples_file": "file:old.db?mode=ro"}');
select dbmonitor_start(60, '{"samples_file": "other.db", "threads": 1}');
select dbmonitor_status() ->> '$.samples', dbmonitor_status() ->> '$.samples_file' like '%/samples.db';
--> 2
--> ERROR: dbcare: samples cannot be stored in "text": file is not a database. Name a SQLite file that can be written or created, and stay below the limit of attached databases.
--> ERROR: dbcare: samples cannot be stored in "nowhere/x.db": unable to open database: nowhere/x.db. Name a SQLite file that can be written or created, and stay below the limit of attached databases.
--> ERROR: dbcare: samples cannot be stored in "test.db": it is the database itself. To store samples in the database, set the option samples_file to an empty string.
--> ERROR: dbcare: samples cannot be stored in ":memory:": it is not a file. Name a file.
--> ERROR: dbcare: the samples file is read-only (8)
--> ERROR: dbcare: unknown option "threads". Did you mean "thread"? Valid options are: thread, samples_file, samples_of, statements_per_second.
--> 2|1

-- an invalid file name is refused
select dbmonitor_start(60, '{"samples_file": 1}');
--> ERROR: dbcare: option "samples_file" cannot be 1. The value must be a string.

-- a full list of attached databases is an error
-- until 3.46: .limit prints nothing in SQLite 3.53
.open test.db
.read begin.inc
.limit attached 1
attach ':memory:' as own;
select dbmonitor_start(60, '{"samples_file": "samples.db"}');
-->             attached 1
--> ERROR: dbcare: samples cannot be stored in "samples.db": too many attached databases - max 1. Name a SQLite file that can be written or created, and stay below the limit of attached databases.

-- a locked samples file is an error after busy_timeout
.open test.db
.read begin.inc
select count(dbcare_set('lock_timeout_ms', 1));
.connection 1
.open samples.db
begin exclusive;
.connection 0
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}');
.connection 1
rollback;
.connection 0
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') ->> '$.samples';
--> 1
--> ERROR: dbcare: samples cannot be stored in "samples.db": another connection has locked it. Try again when the other connection has ended its transaction. (5)
--> 2
