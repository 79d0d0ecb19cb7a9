-- Health checks of what a connection has set and done: checks_disabled,
-- deferred_fk_open, busy_timeout_zero, journal_mode_delete, untrusted_schema,
-- wal_autocheckpoint_off, journal_size_limit_unset, max_page_count_near.

-- ---- checks_disabled ----

update topic set id = 'checks_disabled';
select severity, object from said;
--> ok|

-- each unsafe switch is reported with its fix_sql
pragma ignore_check_constraints = on;
pragma writable_schema = on;
select severity, object, message, fix_sql from said;
--> critical|ignore_check_constraints|ignore_check_constraints is on: CHECK constraints are not enforced, and integrity_check skips them|PRAGMA ignore_check_constraints = OFF;
--> critical|writable_schema|writable_schema is on: a plain UPDATE can destroy the schema|PRAGMA writable_schema = OFF;

-- fix_sql switches them off
.read repair.inc
select severity, object from said;
--> ok|

-- ---- deferred_fk_open ----

-- a satisfied deferred foreign key is no finding
update topic set id = 'deferred_fk_open';
create table parent (id integer primary key);
create table child (p references parent deferrable initially deferred);
pragma foreign_keys = on;
begin;
insert into child values (1);
insert into parent values (1);
select severity from said;
rollback;
--> ok

-- a deferred violation is reported until the transaction ends
begin;
insert into child values (1);
select severity, message from said;
rollback;
select severity from said;
--> info|the transaction cannot commit: a deferred foreign key is violated
--> ok

-- ---- busy_timeout_zero ----

-- a zero busy_timeout is reported
update topic set id = 'busy_timeout_zero';
select severity, object, fix_sql from said;
--> info|busy_timeout|PRAGMA busy_timeout = 5000;

-- a busy_timeout is no finding
.read repair.inc
select severity from said;
--> 5000
--> ok

-- ---- journal_mode_delete ----

-- a rollback journal is reported
update topic set id = 'journal_mode_delete';
select severity, object, message, fix_sql from said;
pragma journal_mode = persist;
select message from said;
--> info|journal_mode|journal_mode is delete: readers and writers block each other|PRAGMA journal_mode = WAL;
--> persist
--> journal_mode is persist: readers and writers block each other

-- journal_mode off is left to another check
pragma journal_mode = off;
select severity from said;
pragma journal_mode = delete;
--> off
--> ok
--> delete

-- ---- what only a write-ahead log has ----

-- without a WAL the checkpoint settings are not applicable
update topic set id = 'wal_autocheckpoint_off';
pragma wal_autocheckpoint = 0;
select severity, reason from said;
update topic set id = 'journal_size_limit_unset';
select severity, reason from said;
--> 0
--> not_applicable|the database is not in WAL mode
--> not_applicable|the database is not in WAL mode

-- a WAL without automatic checkpoints is a warning
pragma journal_mode = wal;
update topic set id = 'wal_autocheckpoint_off';
select severity, object, message, fix_sql from said;
--> wal
--> warning|wal_autocheckpoint|wal_autocheckpoint is 0: this connection never starts a checkpoint|PRAGMA wal_autocheckpoint = 1000;

-- fix_sql enables automatic checkpoints
.read repair.inc
select severity from said;
--> 1000
--> ok

-- an unlimited WAL file is reported
update topic set id = 'journal_size_limit_unset';
select severity, object, fix_sql from said;
--> info|journal_size_limit|PRAGMA main.journal_size_limit = 67108864;

-- journal_size_limit ends the finding
.read repair.inc
select severity from said;
--> 67108864
--> ok

-- a WAL is no finding of journal_mode_delete
update topic set id = 'journal_mode_delete';
select severity from said;
--> ok

-- ---- untrusted_schema ----

-- the shell has load_extension on to load dbcare, which says nothing of the application,
-- and a schema without views or triggers calls nothing
update topic set id = 'untrusted_schema';
select severity, object, message from said;
--> ok||nothing found

-- a trusted schema with a view is reported
create view looks as select 1 as a;
select severity, object, fix_sql from said;
--> info|trusted_schema|PRAGMA trusted_schema = OFF;

-- no repair is offered that a call of the schema would not survive
create table doc (a text check (json_valid(a)));
select (fix_sql is null) = exists (select 1 from pragma_function_list where name = 'json_valid' and flags & 0x200000 = 0),
	(message like '% since it calls json_valid()') = (fix_sql is null)
from said where object = 'trusted_schema';
drop table doc;
--> 1|1

-- an untrusted schema is no finding
.read repair.inc
select severity from said;
--> ok

-- views of a memory database are no finding of trusted_schema
.open :memory:
.read begin.inc
update topic set id = 'untrusted_schema';
create view looks as select 1 as a;
select severity from said;
--> ok

-- ---- max_page_count_near ----

-- free pages count as space
update topic set id = 'max_page_count_near';
create table t (a);
insert into t values (zeroblob(400000));
pragma max_page_count = 120;
delete from t;
select severity from said;
--> 120
--> ok

-- more than 80 % of max_page_count is a finding
insert into t values (zeroblob(360000));
select severity from said;
insert into t values (zeroblob(24000));
select severity, object, value, message from said;
--> ok
--> warning|main|80.0|main uses 80 % of the pages that max_page_count allows; the limit is 120 pages

-- a nearly full database is critical
insert into t values (zeroblob(81000));
select severity, message from said;
--> critical|main uses 96.7 % of the pages that max_page_count allows; the limit is 120 pages

-- ---- cache_settings ----

-- a small database needs no other cache
.open cached.db
.read begin.inc
update topic set id = 'cache_settings';
select severity from said;
--> ok

-- above the threshold, what is much smaller than the database is told
create table filled (a);
insert into filled select zeroblob(1000000) from (values (1), (2), (3), (4), (5), (6)), (values (1), (2), (3), (4), (5), (6));
select dbcare_set('check_cache_settings_warning', 1) ->> 'value';
select severity, object, message like 'cache_size is 1.95 MB, for a database of 3_._ MB' or object = 'mmap_size' from said;
select suggestion like 'Run PRAGMA cache_size = -____ on each connection%' from dbhealth_checks('{"checks": ["cache_settings"]}') where object = 'cache_size';
--> 1
--> info|cache_size|1
--> info|mmap_size|1
--> 1

-- a cache and a mapping of that size are no finding
pragma cache_size = -20000;
pragma mmap_size = 40000000;
select severity from said;
--> 40000000
--> ok
