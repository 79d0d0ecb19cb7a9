-- Where a function that writes may be called, and what becomes of its work.

create table log (line);
-- two migrations, of which the second one fails
select dbmigrate_add('1', 'one', 'create table one (a); insert into log values (''one'')', 'drop table one') ->> 'version';
select dbmigrate_add('2', 'two', 'create table two (a); insert into nowhere values (1)', 'drop table two') ->> 'version';
--> 1
--> 2
insert into log values ('a row');

-- ---- the calling statement ----

-- not in a SELECT with a FROM clause, whatever it reads
select dbmigrate_apply('1') from log;
select dbmigrate_apply('1') from json_each('[1]');
select dbmigrate_apply('1') where exists (select 1 from log);
select * from (select dbmigrate_apply('1')), log;
with l as (select * from log) select dbmigrate_apply('1') from l;
--> ERROR: dbcare: dbmigrate_apply cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_apply(...);

-- nor in a statement that writes
insert into log select dbmigrate_apply('1');
insert into log values (dbmigrate_apply('1'));
update log set line = dbmigrate_apply('1');
delete from log where dbmigrate_apply('1') is null;
create table copy as select dbmigrate_apply('1');
select count(*) from log;
--> ERROR: dbcare: dbmigrate_apply cannot run inside a statement that writes. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot run inside a statement that writes. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot run inside a statement that writes. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot run inside a statement that writes. Run SELECT dbmigrate_apply(...);
--> ERROR: dbcare: dbmigrate_apply cannot run inside a statement that writes. Run SELECT dbmigrate_apply(...);
--> 1

-- a failure of the call fails the statement, and no more
begin;
insert into log values ('kept');
insert into log values (dbcare_set('actor', 'me'));
select line from log;
rollback;
--> ERROR: dbcare: dbcare_set cannot run inside a statement that writes. Run SELECT dbcare_set(...);
--> a row
--> kept

-- several in a row, or one inside another, may be called
select dbcare_set('actor', 'me') ->> 'value', dbcare_set('actor', 'you') ->> 'value', dbcare_get('actor');
select dbcare_set('actor', dbcare_set('actor', 'me') ->> 'name') ->> 'value';
values (dbcare_set('actor', 'us') ->> 'value');
select dbcare_set('actor', 'x') ->> 'value' where 1;
select dbcare_set('actor', 'y') ->> 'value' from (select 1);
select dbcare_get('actor');
--> me|you|you
--> actor
--> us
--> x
--> y
--> y

-- ---- in a transaction of the caller ----

-- work goes with it
begin;
insert into log values ('mine');
select dbmigrate_apply('1') ->> 'applied';
select version, state from dbmigrate_status;
rollback;
select version, state from dbmigrate_status;
select count(*) from log;
select name from sqlite_schema where name = 'one';
--> ["1"]
--> 1|applied
--> 2|pending
--> 1|pending
--> 2|pending
--> 1

-- or stays with it
begin immediate;
select dbmigrate_apply('1') ->> 'applied';
insert into one values (1);
select dbmigrate_rollback() ->> 'rolled_back';
select dbmigrate_apply('1') ->> 'applied';
commit;
select version, state from dbmigrate_status;
select count(*) from one;
--> ["1"]
--> ["1"]
--> ["1"]
--> 1|applied
--> 2|pending
--> 0

-- a failure leaves the transaction as it was
begin;
insert into log values ('before');
select dbmigrate_apply('2');
select dbcare_set('colour', 'red');
insert into log values ('after');
commit;
select line from log;
select name from sqlite_schema where name = 'two';
--> ERROR: dbcare: no such table: nowhere. In migration 2 up, statement 2, line 1.
--> ERROR: dbcare: setting "colour" does not exist. dbcare_settings() lists all settings.
--> a row
--> one
--> one
--> before
--> after

-- the failure on record goes with the transaction
begin;
select dbmigrate_apply('2', '{"on_error": "report"}') ->> 'failed';
select version, state from dbmigrate_status where version = '2';
rollback;
select version, state from dbmigrate_status where version = '2';
--> 2
--> 2|failed
--> 2|pending

-- so does a setting; nothing else in the file changes
pragma user_version = 42;
begin;
select dbcare_set('actor', 'somebody else') ->> 'value';
rollback;
select dbcare_get('actor');
begin;
select dbcare_set('actor', 'y') ->> 'value';
commit;
pragma user_version;
--> somebody else
--> y
--> y
--> 42

-- dbcare's tables are no exception
.open fresh.db
.load ./dbcare
begin;
select dbcare_install() ->> 'changed';
rollback;
select count(*) from sqlite_schema;
--> 1
--> 0

-- ---- in a savepoint of the caller ----

-- the same two migrations
create table log (line);
select dbmigrate_add('1', 'one', 'create table one (a); insert into log values (''one'')', 'drop table one') ->> 'version';
select dbmigrate_add('2', 'two', 'create table two (a); insert into nowhere values (1)', 'drop table two') ->> 'version';
--> 1
--> 2

-- rolled back to, it takes the work along
savepoint "dbcare call";
insert into log values ('outer');
savepoint inner;
select dbmigrate_apply('1') ->> 'applied';
rollback to inner;
select version, state from dbmigrate_status where version = '1';
select line from log;
select dbmigrate_apply('1') ->> 'applied';
release inner;
select dbmigrate_apply('2');
release "dbcare call";
select version, state from dbmigrate_status;
select line from log;
--> ["1"]
--> 1|pending
--> outer
--> ["1"]
--> ERROR: dbcare: no such table: nowhere. In migration 2 up, statement 2, line 1.
--> 1|applied
--> 2|pending
--> outer
--> one

-- a savepoint of the same name as those of dbcare is the caller's own
savepoint "dbcare guard";
select dbmigrate_apply('2', '{"on_error": "report"}') ->> 'failed';
insert into log values ('kept');
release "dbcare guard";
select line from log;
--> 2
--> outer
--> one
--> kept

-- ---- in a transaction that cannot write ----

-- query_only keeps functions from writing, not from reading
pragma query_only = on;
select dbmigrate_apply();
select dbcare_set('actor', 'me');
select dbmigrate_load('{"3_three.sql": "select 3"}');
select version, state from dbmigrate_status;
select dbmigrate_version(), dbcare_get('actor') is null, dbhealth_score() > 0;
select count(*) from dbmigrate_verify;
pragma query_only = off;
--> ERROR: dbcare: attempt to write a readonly database (8)
--> ERROR: dbcare: attempt to write a readonly database (8)
--> ERROR: dbcare: attempt to write a readonly database (8)
--> 1|applied
--> 2|failed
--> 1|1|1
--> 0

-- nor does a read-only file
.open --readonly fresh.db
.load ./dbcare
select dbmigrate_apply();
begin;
select dbmigrate_apply();
commit;
select version, state from dbmigrate_status;
select dbmigrate_version();
select severity from dbhealth_checks('{"checks": ["missing_primary_key"]}');
--> ERROR: dbcare: the database is read-only (8)
--> ERROR: dbcare: the database is read-only (8)
--> 1|applied
--> 2|failed
--> 1
--> info
--> info

-- a read-only file that dbcare has never touched is no different
.open plain.db
create table t (a);
.open --readonly plain.db
.load ./dbcare
select count(*) from dbmigrate_status;
select dbcare_install();
select dbmigrate_version() is null, dbcare_get('environment');
--> 0
--> ERROR: dbcare: the database is read-only (8)
--> 1|development

-- nor does a journal that is off, since nothing could be taken back
.open unsafe.db
.load ./dbcare
create table t (a);
pragma journal_mode = off;
select dbcare_install();
begin;
select dbcare_install();
commit;
pragma journal_mode = memory;
select dbcare_install() ->> 'changed';
pragma journal_mode = off;
select count(*) from dbmigrate_status;
--> off
--> ERROR: dbcare: journal_mode is off, so a failure could not be rolled back. PRAGMA journal_mode = DELETE;
--> ERROR: dbcare: journal_mode is off, so a failure could not be rolled back. PRAGMA journal_mode = DELETE;
--> memory
--> 1
--> off
--> 0

-- nor do temporary databases know of another journal than main has
.open :memory:
.load ./dbcare
pragma journal_mode;
select dbcare_install() ->> 'changed';
pragma journal_mode = off;
select dbcare_set('actor', 'me');
--> memory
--> 1
--> off
--> ERROR: dbcare: journal_mode is off, so a failure could not be rolled back. PRAGMA journal_mode = DELETE;

-- ---- other connections ----

-- what a reader of the transaction has seen cannot be written over
.open wal.db
.load ./dbcare
pragma journal_mode = wal;
select dbcare_install() ->> 'changed';
begin;
select count(*) from dbmigrate_status;
.connection 1
.open wal.db
.load ./dbcare
select dbcare_set('actor', 'another') ->> 'value';
.connection 0
select dbcare_get('actor');
select dbcare_set('actor', 'me');
select dbcare_get('actor');
commit;
select dbcare_get('actor');
--> wal
--> 1
--> 0
--> another
-->
--> ERROR: dbcare: the database is locked by another connection. Start the transaction with BEGIN IMMEDIATE. (5)
-->
--> another

-- nor what another connection is about to write
.connection 1
begin immediate;
.connection 0
begin;
select count(*) from dbmigrate_status;
select dbcare_set('actor', 'me');
commit;
.connection 1
commit;
.connection close 0
--> 0
--> ERROR: dbcare: the database is locked by another connection. Start the transaction with BEGIN IMMEDIATE. (5)

-- only main is locked, so the same file may be attached once more
.open twice.db
.load ./dbcare
select dbcare_install() ->> 'changed';
attach 'twice.db' as again;
attach 'elsewhere.db' as elsewhere;
.connection 0
.open elsewhere.db
begin immediate;
.connection 1
select dbcare_set('actor', 'me') ->> 'value';
begin;
select dbcare_set('actor', 'you') ->> 'value';
commit;
.connection 0
rollback;
.connection 1
.connection close 0
--> 1
--> me
--> you

-- taking the lock writes nothing, not even where pages could be given back
.open shrinking.db
.load ./dbcare
pragma auto_vacuum = incremental;
create table t (a);
insert into t values (zeroblob(50000));
select dbcare_install() ->> 'changed';
delete from t;
create temp table before as select freelist_count as free from pragma_freelist_count;
select dbmigrate_apply() ->> 'success';
begin;
select dbmigrate_apply() ->> 'success';
commit;
select free > 0, free = freelist_count from before, pragma_freelist_count;
--> 1
--> 1
--> 1
--> 1|1

-- ---- calls inside calls ----

-- a migration may read what dbcare tells, its own progress too
.open nested.db
.load ./dbcare
create table log (line);
select dbmigrate_add('1', 'reads', 'insert into log
	select function_name || '' '' || phase || '' '' || done || ''/'' || total || '' '' || (pid > 1)
		|| '' '' || (started_at glob ''2*-*-*T*:*:*.*Z'') from dbcare_progress;
	insert into log select version || '' '' || state from dbmigrate_status;
	insert into log select dbmigrate_version()') ->> 'version';
select dbmigrate_apply() ->> 'success';
select line from log;
select count(*) from dbcare_progress;
--> 1
--> 1
--> dbmigrate_apply migration 1 0/1 1 1
--> 1 pending
-->
--> 0

-- but not write with it
select dbmigrate_add('2', 'sets', 'select dbcare_set(''actor'', ''me'')') ->> 'version';
select dbmigrate_apply();
select dbmigrate_add('2', 'adds', 'insert into log values (dbmigrate_add(''3'', ''three'', ''select 3''))') ->> 'version';
select dbmigrate_apply();
select version, state from dbmigrate_status;
--> 2
--> ERROR: dbcare: dbcare_set cannot run while another statement of this connection is in progress. Finish or reset the other statement first. In migration 2 up, statement 1, line 1.
--> 2
--> ERROR: dbcare: dbmigrate_add cannot run while another statement of this connection is in progress. Finish or reset the other statement first. In migration 2 up, statement 1, line 1.
--> 1|applied
--> 2|pending

-- a damaged table of dbcare's fails the call, and SQLite does not refuse the COMMIT as if its file were damaged
select dbmonitor_start(60, '{"samples_file": "", "thread": false}') is null;
select dbmonitor_stop() is null, dbmonitor_sample() is null;
update dbcare_sample set taken_at = 'noon';
begin;
insert into log values ('kept');
select dbmonitor_sample();
commit;
select line from log where line = 'kept';
delete from dbcare_sample;
--> 0
--> 0|0
--> ERROR: dbcare: taken_at is not a time: "noon". The value was read from dbcare_sample (sample/last_sample, row 1). Correct the value in that table, or restore the table from a backup.
--> kept
