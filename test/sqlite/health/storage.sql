-- Health checks of the file and its settings: wal_growth, disk_free,
-- durability_settings, slow_queries, days_until_full.

-- ---- wal_growth ----

update topic set id = 'wal_growth';

-- a rollback journal is no finding of wal_size
select severity, object, reason from said;
--> not_applicable||the database is not in WAL mode

-- a WAL longer than a small database is no finding
pragma journal_mode = wal;
pragma wal_autocheckpoint = 0;
create table t (a);
insert into t values (zeroblob(7000000));
select severity, object from said;
--> wal
--> 0
--> ok|

-- a WAL above twice the automatic checkpoint is a finding
insert into t values (zeroblob(1300000));
select severity, object, value between 8200000 and 9000000, message glob
	'the WAL file is [78]* MB long, the database [78]* MB'
from said;
select fix_sql from said;
--> warning|test.db-wal|1|1
--> PRAGMA wal_checkpoint(TRUNCATE);

-- fix_sql truncates the WAL
.read repair.inc
select severity, object from said;
--> 0|0|0
--> ok|

-- a WAL of a fifth of the database is no finding
insert into t select zeroblob(8000000) from generate_series(1, 6);
pragma wal_checkpoint(truncate);
insert into t values (zeroblob(8300000));
select severity, object from said;
--> 0|0|0
--> ok|

-- a memory database has no WAL finding
.open :memory:
.read begin.inc
update topic set id = 'wal_growth';
select severity, reason from said;
--> not_applicable|the database is not in WAL mode

-- ---- disk_free ----

update topic set id = 'disk_free';

-- a memory database has no disk_free finding
select severity, object, reason from said;
--> not_applicable||the database is not in a file

-- a disk below the thresholds is no finding
.open disk.db
.read begin.inc
update topic set id = 'disk_free';
select dbcare_set('check_disk_free_warning', 100) ->> 'value';
select dbcare_set('check_disk_free_critical', 100) ->> 'value';
select severity, object from said;
--> 100
--> 100
--> ok|

-- a disk above the second threshold is critical
select dbcare_set('check_disk_free_critical', 0.0001) ->> 'value';
select severity, object, value between 0.0001 and 100, message glob
	'disk.db: [0-9]* % of the disk is used, [0-9]* bytes are free'
from said;
--> 0.0001
--> critical|disk.db|1|1

-- a full disk makes the status critical
select dbhealth_score('{"checks": ["disk_free"]}') < 60, dbhealth_status('{"checks": ["disk_free"]}');
--> 1|critical

-- a disk above the first threshold is a warning unless 50 GB are free
create table told (severity, free);
insert into told select severity,
	cast(substr(message, instr(message, 'is used, ') + 9) as integer)
from said;
select dbcare_set('check_disk_free_critical', 100) ->> 'value';
select dbcare_set('check_disk_free_warning', 0.0001) ->> 'value';
select said.severity = iif(free < 50 << 30, 'warning', 'ok') from said, told;
--> 100
--> 0.0001
--> 1

-- ---- durability_settings ----

-- SQLite's default settings are durable
update topic set id = 'durability_settings';
select severity, object from said;
--> ok|

-- synchronous = normal is durable with a WAL
pragma journal_mode = wal;
pragma synchronous = normal;
select severity, object from said;
pragma journal_mode = delete;
--> wal
--> ok|
--> delete

-- settings that are not durable are reported with fix_sql
pragma synchronous = off;
pragma journal_mode = memory;
select severity, object, message, fix_sql from said;
--> memory
--> critical|journal_mode|journal_mode is memory|PRAGMA journal_mode = DELETE;
--> critical|synchronous|synchronous is off|PRAGMA synchronous = FULL;

-- fix_sql restores durable settings
.read repair.inc
select severity, object from said;
pragma synchronous;
--> delete
--> ok|
--> 2

-- journal_mode = off is critical
pragma journal_mode = off;
select severity, object, message from said;
.read repair.inc
select severity, object from said;
--> off
--> critical|journal_mode|journal_mode is off
--> delete
--> ok|

-- a memory database has no durability finding
.open :memory:
.read begin.inc
update topic set id = 'durability_settings';
pragma synchronous = off;
select severity, object, reason from said;
--> not_applicable||the database is not in a file

-- a temporary database has no durability finding
.open ''
.read begin.inc
update topic set id = 'durability_settings';
pragma synchronous = off;
select severity, object, reason from said;
--> not_applicable||the database is not in a file

-- ---- what has nothing to go by ----

-- slow_queries is not applicable without statement statistics
update topic set id = 'slow_queries';
select severity, reason from said;
--> not_applicable|statements are not measured on this connection

-- days_until_full is not applicable without samples
update topic set id = 'days_until_full';
select severity, reason from said;
--> not_applicable|a forecast needs at least 8 samples over 3 days

-- checks that are not applicable cost no points
select dbhealth_score('{"checks": ["slow_queries", "days_until_full"]}');
--> 100

-- ---- slow_queries ----

-- statements above slow_query_ms count from the tenth call
.open slow.db
.read begin.inc
update topic set id = 'slow_queries';
select dbmonitor_start(60, '{"thread": false}') ->> '$.statements', dbcare_set('slow_query_ms', 0) ->> 'value';
create table item (id integer primary key);
insert into item values (1);
insert into item values (2);
insert into item values (3);
insert into item values (4);
insert into item values (5);
insert into item values (6);
insert into item values (7);
insert into item values (8);
insert into item values (9);
select severity, value from said;
insert into item values (10);
select severity, value, message from said;
--> 1|0
--> ok|
--> info|1.0|1 query takes more than 0.0 ms on average

-- the setting of the alert query_time does not count
select dbcare_set('slow_query_ms', 100000) ->> 'value', dbcare_set('avg_query_warning_ms', 0) ->> 'value';
select severity from said;
--> 100000|0
--> ok
